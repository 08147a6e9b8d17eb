"""The pages, one blueprint a subject. A view asks one object and renders it."""

from flask import Blueprint

from explorer.views import (
    about,
    api,
    balance,
    compare,
    complete,
    concept,
    crawlers,
    downloads,
    explore,
    graph,
    grid,
    health,
    home,
    overview_map,
    paths,
    pipeline,
    retractions,
    search,
    side_by_side,
    snapshots,
    sparql,
    study,
    terms,
)


def blueprints() -> tuple[Blueprint, ...]:
    """All of them, in no particular order."""
    return (
        home.blueprint,
        search.blueprint,
        snapshots.blueprint,
        compare.blueprint,
        side_by_side.blueprint,
        complete.blueprint,
        study.blueprint,
        concept.blueprint,
        graph.blueprint,
        explore.blueprint,
        overview_map.blueprint,
        paths.blueprint,
        retractions.blueprint,
        grid.blueprint,
        balance.blueprint,
        downloads.blueprint,
        api.blueprint,
        about.blueprint,
        pipeline.blueprint,
        terms.blueprint,
        sparql.blueprint,
        crawlers.blueprint,
        health.blueprint,
    )
