"""Words that the analysis and the query language know by name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that a following word may be glued to: "post exertional" is "post-exertional" is "postexertional".
PREFIXES = _words(
    """
    anti auto bio cardio co cyto electro endo extra hyper hypo immuno inter intra macro meta micro multi myo neuro
    non para patho peri phospho physio poly post pre pro psycho re sub super thermo trans ultra uni vaso
    """
)
# Abbreviations with vowels that, like those without, take a number or a Greek letter after them.
SYMBOLS = _words(
    """
    il ifn hif ppar ikk mip covid cov cox ige iga hla dhea gaba ampa acth mao interleukin interferon factor
    receptor integrin estradiol oestradiol defensin catenin hepcidin
    """
)
UNITS = _words(
    """
    vs mg kg ml dl mm cm hz hr hrs nd th st rd pt pts mmhg kcal
    """
)
# Short forms that are written as one word, and the parts that they stand for; phrases then match in every spelling.
WRITTEN_TOGETHER = {
    "nfkb": ("nf", "kappa", "b"), "tnfa": ("tnf", "alpha"), "ifna": ("ifn", "alpha"), "ifnb": ("ifn", "beta"),
    "ifng": ("ifn", "gamma"), "il1a": ("il", "1", "alpha"), "il1b": ("il", "1", "beta"), "tgfb": ("tgf", "beta"),
    "tgfb1": ("tgf", "beta", "1"), "pgc1a": ("pgc", "1", "alpha"), "hif1a": ("hif", "1", "alpha"),
    "pparg": ("ppar", "gamma"), "ppara": ("ppar", "alpha"),
    "postexertional": ("post", "exertional"), "postexertion": ("post", "exertion"), "postviral": ("post", "viral"),
    "postinfectious": ("post", "infectious"), "postinfection": ("post", "infection"), "postcovid": ("post", "covid"),
    "postexercise": ("post", "exercise"), "postacute": ("post", "acute"), "posttraumatic": ("post", "traumatic"),
    "nonspecific": ("non", "specific"), "selfreported": ("self", "reported"), "followup": ("follow", "up"),
    "longcovid": ("long", "covid"), "sarscov2": ("sars", "cov", "2"),
}  # fmt: skip

# Not asked for where a search has other words.
STOP_WORDS = _words(
    """
    a about after against all also am among an and any anybody anyone anything are arent as at be because been
    before being between both but by can cant could couldnt did didnt do does doesnt doing done dont during each
    every everybody everyone everything for from further get gets had hadnt has hasnt have havent having he here
    his how however if im in into is isnt it its ive just make makes may me more most much my no nobody nor not
    nothing of off on once only or other others our over own same she should shouldnt so some somebody someone
    something still such than that thats the their them then there theres these they this those though through to
    too under until upon versus very via vs was wasnt we were werent what whats when where whether which while who
    whom whose why will with within without wont would wouldnt yet you your
    """
)
# Beside these a capital I is the person who asks.
SAID_OF_ONESELF = _words(
    """
    am can cant could couldnt did didnt do does dont feel get had have havent if may must need shall should was what
    when where why will wont would wouldnt how
    """
)

# Latin and Greek plurals that no suffix rule finds, and pairs that differ by more than a spelling pattern.
IRREGULAR = {
    "analyses": "analysis", "diagnoses": "diagnosis", "prognoses": "prognosis", "hypotheses": "hypothesis",
    "syntheses": "synthesis", "metastases": "metastasis", "psychoses": "psychosis", "neuroses": "neurosis",
    "crises": "crisis", "stenoses": "stenosis", "thromboses": "thrombosis", "dialyses": "dialysis",
    "mitoses": "mitosis", "meioses": "meiosis", "criteria": "criterion", "bacteria": "bacterium",
    "mitochondria": "mitochondrion", "phenomena": "phenomenon", "indices": "index", "matrices": "matrix",
    "women": "woman", "men": "man", "children": "child", "feet": "foot", "teeth": "tooth", "mice": "mouse",
    "nuclei": "nucleus", "stimuli": "stimulus", "foci": "focus", "loci": "locus", "fungi": "fungus",
    "ganglia": "ganglion", "sera": "serum", "sulci": "sulcus", "gyri": "gyrus", "villi": "villus",
    "grey": "gray", "ageing": "aging", "programme": "program", "programmes": "program", "judgement": "judgment",
    "artefact": "artifact", "artefacts": "artifact", "artefactual": "artifactual", "practise": "practice",
    "practised": "practiced", "practising": "practicing", "whilst": "while", "amongst": "among",
    "sceptic": "skeptic", "sceptical": "skeptical", "enrolment": "enrollment", "enrol": "enroll", "fulfil": "fulfill",
    "fulfilment": "fulfillment", "acknowledgement": "acknowledgment", "manoeuvre": "maneuver",
    "manoeuvres": "maneuver", "cheque": "check", "defence": "defense", "offence": "offense", "licence": "license",
    "aluminium": "aluminum", "orientated": "oriented", "disc": "disk", "discs": "disk", "mould": "mold",
    "moulds": "mold", "leucocyte": "leukocyte", "leucocytes": "leukocyte", "colour": "color",
}  # fmt: skip

# Pairs of British letters and what they become; each is looked for anywhere in the word.
BRITISH_LETTERS = {
    "haem": "hem", "aemi": "emi", "oedem": "edem", "oesoph": "esoph", "oestr": "estr", "foet": "fet", "paed": "ped",
    "gynaec": "gynec", "anaesth": "anesth", "caecum": "cecum", "faec": "fec", "rrhoe": "rrhe", "pnoe": "pne",
    "coeliac": "celiac", "aetiol": "etiol", "palaeo": "paleo", "phaeo": "pheo", "homoeo": "homeo", "sulph": "sulf",
    "leucocyt": "leukocyt", "leucopen": "leukopen", "paraesth": "paresth", "hypaesth": "hypesth",
    "dysaesth": "dysesth", "hyperaesth": "hyperesth", "kinaesth": "kinesth", "synaesth": "synesth",
    "archaeo": "archeo", "caesar": "cesar", "behaviour": "behavior", "tumour": "tumor", "favour": "favor",
    "labour": "labor", "humour": "humor", "neighbour": "neighbor", "odour": "odor", "rigour": "rigor",
    "vapour": "vapor", "harbour": "harbor", "honour": "honor", "flavour": "flavor", "endeavour": "endeavor",
    "colour": "color", "vigour": "vigor", "centre": "center", "fibre": "fiber", "litre": "liter", "calibre": "caliber",
    "theatre": "theater", "catalogue": "catalog", "dialogue": "dialog", "analogue": "analog", "homologue": "homolog",
    "monologue": "monolog", "judgement": "judgment",
}  # fmt: skip
