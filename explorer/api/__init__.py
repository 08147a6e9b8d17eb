"""The JSON API: operations declared once, with the types that answers and the OpenAPI document are made from."""
