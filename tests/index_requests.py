"""The requests that every engine must answer alike. Each is (name, arguments as in a URL)."""

_TEXTS = """
fatigue
fatigue pain
FATIGUE Pain CELLS
fatigue OR lactate
fatigue AND (pain OR sleep) NOT trial
NOT fatigue
NOT fatigue NOT pain
pain OR NOT fatigue
fatigue ANDNOT pain
fatigue ANDMAYBE pain
fatigue -pain -sleep
(fatigue pain) OR (sleep brain)
"brain fog"
"natural killer function"
"post-exertional malaise"
"post exertional malaise"
"nf-κb in white blood cells"
"NFkB in white"
"killer natural"
"pain fatigue"~4
"fatigue sleep"~2
"pain fatigue sleep"~6
NF-κB
NF kappa B
nf-kb
NFkB
NF-kappaB
TNF-α
TNF alpha
TNFa
IL-6
IL6
IL 6
CD4+
VO2max
postexertional
post exertional malaise
tumour
behavior centers
randomized pediatric
haemoglobin edema
Sjögren lobel ANGSTROM facade
O'Neill
Loebel
author:LOEBEL
author:"Loebel B"
Sjoegren
does aerobic
tiredness
cephalalgia
interleukin 6
brain fog
RCT
title:fatigue
title:"one title"
author:maes
author:löbel journal:fatigue
author:(maes OR see) year:[1990 TO 2010]
journal:"neuro endocrinology"
concept:"brain fog"
findings:pain summary:pain
year:2007
year:[1990 TO 2005]
year:1990-2005
year:..2001 OR size:20+
year:{1990 TO 2005}
year:>2010
year:<=1990
year:199*
year:2007 OR year:2008
size:>100
size:[10 TO 50] NOT size:22
size:0
size:500 OR size:>1000
size:many fatigue
fatigue size:<60 year:>2000
pem:required
pem:not-required OR pem:unclear
definition:"Fukuda 1994"
definition:fuk*
direction:decreased
controls:with-controls
symptom:*ache
symptom:?ain NOT symptom:fat*
level:E*
title:"white blood" OR summary:"white blood"
(title:fatigue^3 summary:fatigue)^2 OR pain^0.1
"fatigue pain"~10 OR "sleep brain"
title:fat* findings:exert*
author:mae~ year:>=1990
CO₂
CO2
H₂O₂
h2o2
Ca²⁺
Ca2+
Ca 2+
¹³C glucose
β2-adrenergic
β₂ adrenergic
beta-2 adrenergic
anæmic women
leukaemia ischaemic
oestrogen
estrogens
diarrhoea
orthopaedic
zymurgy xyzzy
zymurgy xyzzy NOT mitochondria
hemoglobin edema xyzzy
hemoglobin (edema xyzzy) year:>2000
low-dose zymurgy xyzzy
zymurgy AND xyzzy
pmid:11111111 OR pmid:7
PMID: 11111111
https://www.ncbi.nlm.nih.gov/pubmed/11111111
https://doi.org/10.1000/spell.1
pmid:11111111
11111112
doi:10.1000/spell.1
https://doi.org/10.1016/S0140-6736(96)91208-6
id:odd-1996-markup
odd-1996-markup
symptom:pain
symptom:headache OR symptom:fatigue
symptom:"brain fog" NOT flag:small-sample
symptom:nonsense
biomarker:tnf*
participants:20-49
participants:"20 to 49" OR participants:"not stated"
controls:with-controls NOT direction:mixed
direction:"no difference"
claim:"Immune marker: decreased"
claim:"cytokine:increased" pain
claim:nonsense
level:e0 design:rct
pem:pem-required
exert*
post*
fat*gue
?ain
*gue
*
a* b*
c?ll* OR tri?l
title:p* author:m*
x*y*z
fatiuge~
fatigeu~2
lactaet~1 slepe~2
zzzzzz~2
fatigue^4 pain
(fatigue sleep)^0.5 pain
the of and
who
xyzzy
fatigue xyzzy
!!! ??? ...
(((
"unclosed phrase
foo:bar fatigue
<script>alert('x')</script>
AND OR NOT
p<0.05
2007–2010
慢性疲労
title: fatigue
* NOT pain
*:*
"""
_FACETED = [
    [("symptom", "pain")],
    [("symptom", "pain"), ("symptom", "fatigue")],
    [("symptom", "headache"), ("biomarker", "cytokine")],
    [("symptom", "pain"), ("not.symptom", "migraine")],
    [("not.symptom", "pain")],
    [("not.flag", "small-sample"), ("not.flag", "no-control-group")],
    [("symptom", "pain"), ("not.symptom", "pain")],
    [("symptom", "unused-symptom")],
    [("symptom", "no-such-concept"), ("symptom", "pain")],
    [("journal", "Annals of Tests"), ("author", "Löbel, A")],
    [("journal", "Journal of <em>Tags</em>")],
    [("pem", "pem-required"), ("level", "E0"), ("level", "E1"), ("design", "trial")],
    [("definition", "fukuda-1994"), ("not.definition", "ccc-2003")],
    [("from", "1990"), ("to", "2005")],
    [("from", "2005"), ("to", "1990")],
    [("from", "2030")],
    [("to", "1750")],
    [("q", "fatigue"), ("symptom", "pain"), ("from", "1995"), ("not.flag", "small-sample")],
    [("q", "NF-κB OR TNFa"), ("biomarker", "immune-marker"), ("review", "machine-draft")],
    [("q", "NOT pain"), ("not.symptom", "pain"), ("to", "2010")],
    [("q", "exert*"), ("design", "randomised-controlled-trial")],
    [("q", "symptom:pain"), ("symptom", "headache")],
    [("q", "xyzzy"), ("symptom", "pain"), ("from", "1990")],
    [("nonsense", "1"), ("q", "fatigue")],
    [("symptom", f"s{i}") for i in range(500)],
    [("participants", "unknown"), ("participants", "20-49")],
    [("not.participants", "unknown"), ("sort", "size")],
    [("participants", "500-"), ("controls", "unknown")],
    [("controls", "with-controls"), ("direction", "decreased")],
    [("not.controls", "unknown"), ("q", "fatigue")],
    [("claim", "cytokine:decreased")],
    [("claim", "immune-marker:increased"), ("not.claim", "immune-marker:decreased"), ("symptom", "pain")],
    [("claim", "no-such:nonsense"), ("direction", "sideways")],
    [("claim", "tnf-alpha:mixed"), ("claim", "il-6:mixed"), ("not.direction", "associated")],
]
_ORDERED = [
    [("sort", sort), ("q", text), ("page", page), ("size", size)]
    for sort in ("newest", "oldest", "level", "size", "title")
    for text, page, size in (
        ("", "1", "10"),
        ("fatigue", "2", "7"),
        ("pain OR sleep", "1000000000", "25"),
        ("xyzzy", "3", "10"),
    )
]

REQUESTS: list[tuple[str, list[tuple[str, str]]]] = [
    *((text, [("q", text)]) for text in _TEXTS.strip().split("\n")),
    *((" ".join(f"{k}={v}" for k, v in args)[:60], args) for args in (*_FACETED, *_ORDERED)),
    ("everything", []),
    ("a long query", [("q", "fatigue " * 12_500)]),
    ("deep brackets", [("q", "(" * 1000 + "fatigue" + ")" * 1000)]),
    ("many NOTs", [("q", "NOT " * 300 + "fatigue")]),
    ("many ANDNOTs", [("q", "fatigue ANDNOT pain ANDMAYBE " * 60 + "sleep")]),
    ("many operators", [("q", "fatigue AND pain OR " * 80 + "sleep")]),
    ("brackets within the limit", [("q", "(NOT " * 25 + "fatigue" + ")" * 25)]),
    ("many words", [("q", " OR ".join(f"word{i} fatigue" for i in range(150)))]),
    ("many patterns", [("q", " OR ".join(f"{c}* {c}?*~" for c in "abcdefghijklmnop"))]),
    ("control characters", [("q", "fat\x00igue\x1b pain\u2028")]),
    ("markup", [("q", "<script>fatigue</script>"), ("symptom", "<b>")]),
]
