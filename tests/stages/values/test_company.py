import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.company import split_name
from engine.stages.values.legal_forms import FORMS

NAMES = {
    "Muster GmbH": ("Muster", "GmbH", "DE"), "MUSTER GMBH & CO. KG": ("MUSTER", "GmbH & Co. KG", "DE"), "Verein a.G.": ("Verein", "a.G.", "DE"), "Meier e.K.": ("Meier", "e.K.", "DE"),
    "Meier UG (haftungsbeschr\u00e4nkt)": ("Meier", "UG (haftungsbeschr\u00e4nkt)", "DE"), "Huber Ges.m.b.H.": ("Huber", "Ges.m.b.H.", "AT"), "Weber S\u00e0rl": ("Weber", "S\u00e0rl", "CH"),
    "Acme Tools Sp. z o.o.": ("Acme Tools", "Sp. z o.o.", "PL"), "ACME SP Z O O": ("ACME", "Sp. z o.o.", "PL"), "Acme Ltd.": ("Acme", "Ltd.", "GB"), "Acme (Pty) Ltd": ("Acme", "(Pty) Ltd", "ZA"),
    "Acme Pty. Ltd.": ("Acme", "Pty Ltd", "AU"), "Rossi S.p.A.": ("Rossi", "S.p.A.", "IT"), "ROSSI SPA": ("ROSSI", "S.p.A.", "IT"), "Rossi S.r.l. unipersonale": ("Rossi", "S.r.l. unipersonale", "IT"),
    "Bianchi & C. S.n.c.": ("Bianchi & C.", "S.n.c.", "IT"), "Dupont SARL": ("Dupont", "SARL", "FR"), "SARL Dupont": ("Dupont", "SARL", "FR"), "Soci\u00e9t\u00e9 Exemple SAS": ("Soci\u00e9t\u00e9 Exemple", "SAS", "FR"),
    "Jansen B.V.": ("Jansen", "B.V.", "NL"), "Stichting Zorg": ("Zorg", "Stichting", "NL"), "Nov\u00e1k s.r.o.": ("Nov\u00e1k", "s.r.o.", "CZ"), "Nov\u00e1k, spol. s r.o.": ("Nov\u00e1k", "spol. s r.o.", "SK"),
    "Kov\u00e1cs Kft.": ("Kov\u00e1cs", "Kft.", "HU"), "Hansen ApS": ("Hansen", "ApS", "DK"), "Hansen A/S": ("Hansen", "A/S", "DK"), "Olsen ASA": ("Olsen", "ASA", "NO"), "Svensson AB": ("Svensson", "AB", "SE"),
    "AB Svensson": ("Svensson", "AB", "SE"), "Oy Virta Ab": ("Virta", "Oy Ab", "FI"), "Virtanen Oy": ("Virtanen", "Oy", "FI"), "\u00d3lafur ehf.": ("\u00d3lafur", "ehf.", "IS"), "Tamm O\u00dc": ("Tamm", "O\u00dc", "EE"),
    "UAB Vilnius": ("Vilnius", "UAB", "LT"), 'SIA "R\u012bgas piens"': ("R\u012bgas piens", "SIA", "LV"), "\u041e\u041e\u041e \u0420\u043e\u043c\u0430\u0448\u043a\u0430": ("\u0420\u043e\u043c\u0430\u0448\u043a\u0430", "\u041e\u041e\u041e", "RU"),
    "Demir San. ve Tic. Ltd. \u015eti.": ("Demir", "San. ve Tic. Ltd. \u015eti.", "TR"), "Demir A.\u015e.": ("Demir", "A.\u015e.", "TR"), "PT Maju Jaya Tbk": ("Maju Jaya", "PT Tbk", "ID"), "Tan Sdn Bhd": ("Tan", "Sdn Bhd", "MY"),
    "Lim Pte. Ltd.": ("Lim", "Pte. Ltd.", "SG"), "Shenzhen Widget Co., Ltd.": ("Shenzhen Widget", "Co., Ltd.", "CN"), "\u682a\u5f0f\u4f1a\u793e\u5c71\u7530": ("\u5c71\u7530", "\u682a\u5f0f\u4f1a\u793e", "JP"),
    "\u6df1\u5733\u5e02\u67d0\u67d0\u6709\u9650\u516c\u53f8": ("\u6df1\u5733\u5e02\u67d0\u67d0", "\u6709\u9650\u516c\u53f8", "CN"), "Grupo Sol S.A. de C.V.": ("Grupo Sol", "S.A. de C.V.", "MX"), "Casa Ltda.": ("Casa", "Ltda.", "BR"),
    "Sol S.L.": ("Sol", "S.L.", "ES"), "\u00d3bidos, Unipessoal Lda.": ("\u00d3bidos", "Unipessoal Lda.", "PT"), "Horvat d.o.o.": ("Horvat", "d.o.o.", "HR"), "Ivanov EOOD": ("Ivanov", "EOOD", "BG"), "Popescu S.R.L.": ("Popescu", "S.R.L.", "RO"),
    "Papadopoulos A.E.": ("Papadopoulos", "A.E.", "GR"), "Acme, Inc.": ("Acme", "Inc.", "US"), "Acme LLC": ("Acme", "LLC", "US"), "Example Corp": ("Example", "Corp.", "US"), "Tech FZ-LLC": ("Tech", "FZ-LLC", "AE"),
    "Al Noor Trading W.L.L.": ("Al Noor Trading", "W.L.L.", "QA"), "Patel Pvt. Ltd.": ("Patel", "Pvt. Ltd.", "IN"), "Europa SE": ("Europa", "SE", "EU"), "Maple Lt\u00e9e": ("Maple", "Lt\u00e9e", "CA"),
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), NAMES.items())
def test_a_name_parts_from_its_legal_form(printed: str, expected: tuple[str, str, str]) -> None:
    name, form, country = expected

    found = split_name(printed)

    assert (found.name, found.form) == (name, form)
    assert country in found.countries


@pytest.mark.parametrize(
    "printed", ["Anna Kowalska", "GmbH", "Hotel Sa", "Bar da Ba", "Smith & Co.", "Smith and Company", "", "Casa de"]
)
def test_a_name_without_a_legal_form_stays_whole(printed: str) -> None:
    assert tuple(split_name(printed)) == (printed, "", ())


def test_forms_of_at_least_forty_countries_are_known() -> None:
    assert len(FORMS) >= 40


@given(name=st.from_regex(r"[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}x", fullmatch=True), form=st.sampled_from([f for forms in FORMS.values() for f in forms]))  # fmt: skip
def test_a_form_that_is_printed_after_a_name_is_found(name: str, form: str) -> None:
    found = split_name(f"{name} {form}")

    assert found.form
    assert found.name.startswith(name.split(maxsplit=1)[0])
