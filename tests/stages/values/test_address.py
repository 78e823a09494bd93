import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.address import parse_address

ADDRESSES = {
    "Hauptstr. 5a, 10115 Berlin": "Hauptstr.|5a|10115|Berlin||", "Musterweg 12\nD-80331 München": "Musterweg|12|80331|München||DE", "Postfach 12, 50667 Köln": "Postfach|12|50667|Köln||",
    "Am Alten Markt 7-9 · 20095 Hamburg · Deutschland": "Am Alten Markt|7-9|20095|Hamburg||DE", "Stephansplatz 1, 1010 Wien, Österreich": "Stephansplatz|1|1010|Wien||AT",
    "Bahnhofstrasse 1, CH-8001 Zürich": "Bahnhofstrasse|1|8001|Zürich||CH", "12 rue Basse, 75001 Paris, France": "rue Basse|12|75001|Paris||FR",
    "12 bis rue de la Paix\n75002 PARIS CEDEX 02": "rue de la Paix|12 bis|75002|PARIS||FR", "Via Roma 12, 20121 Milano (MI)": "Via Roma|12|20121|Milano|MI|IT",
    "Via Roma, 12 - 20121 Milano MI - Italia": "Via Roma|12|20121|Milano|MI|IT", "C/ Mayor, 3, 28013 Madrid, España": "C/ Mayor|3|28013|Madrid||ES", "Calle Sol 5, 08001 Barcelona, Spain": "Calle Sol|5|08001|Barcelona||ES",
    "221B Baker Street, London NW1 6XE": "Baker Street|221B|NW1 6XE|London||GB", "10 Downing Street\nLondon\nSW1A 2AA\nUnited Kingdom": "Downing Street|10|SW1A 2AA|London||GB",
    "350 Fifth Avenue, New York, NY 10118": "Fifth Avenue|350|10118|New York|NY|US", "1 Main St, Springfield IL 62701-1234, USA": "Main St|1|62701-1234|Springfield|IL|US",
    "100 Queen St W, Toronto ON M5H 2N2": "Queen St W|100|M5H 2N2|Toronto|ON|CA", "1 George St, Sydney NSW 2000": "George St|1|2000|Sydney|NSW|AU", "Keizersgracht 100, 1015 CV Amsterdam": "Keizersgracht|100|1015 CV|Amsterdam||NL",
    "ul. Marszałkowska 10/5, 00-590 Warszawa": "ul. Marszałkowska|10/5|00-590|Warszawa||PL", "Rua Augusta 5, 1100-053 Lisboa": "Rua Augusta|5|1100-053|Lisboa||PT", "Drottninggatan 1, 111 51 Stockholm": "Drottninggatan|1|111 51|Stockholm||",
    "Drottninggatan 1, SE-111 51 Stockholm": "Drottninggatan|1|111 51|Stockholm||SE", "Václavské náměstí 1, 110 00 Praha 1": "Václavské náměstí|1|110 00|Praha||", "Mannerheimintie 5, 00100 Helsinki, Finland": "Mannerheimintie|5|00100|Helsinki||FI",
    "Brīvības iela 10, Rīga, LV-1010": "Brīvības iela|10|1010|Rīga||LV", "Gedimino pr. 1, LT-01103 Vilnius": "Gedimino pr.|1|01103|Vilnius||LT", "1051 Budapest, Kossuth tér 1.": "Kossuth tér|1|1051|Budapest||",
    "Av. Paulista, 1000, São Paulo - SP, 01310-100": "Av. Paulista|1000|01310-100|São Paulo|SP|BR", "1 Raffles Place, Singapore 048616": "Raffles Place|1|048616|Singapore||SG", "MG Road 5, Mumbai 400001, India": "MG Road|5|400001|Mumbai||IN",
    "Vesterbrogade 1, 1620 København V": "Vesterbrogade|1|1620|København||", "Karl Johans gate 1, 0154 Oslo, Norge": "Karl Johans gate|1|0154|Oslo||NO", "Grafton Street 1, Dublin 2, D02 X285, Ireland": "Grafton Street|1|D02 X285|Dublin 2||IE",
    "Rue de la Loi 16, 1000 Bruxelles, Belgique": "Rue de la Loi|16|1000|Bruxelles||BE", "Strada Lipscani 5, 030031 București, România": "Strada Lipscani|5|030031|București||RO", "Avenida Juárez 10, C.P. 06050 Ciudad de México": "Avenida Juárez|10|06050|Ciudad de México||MX",
    "〒100-0001 東京都千代田区": "||100-0001|東京都千代田区||JP", "no address": "|||||", "": "|||||", "10115 Berlin": "||10115|Berlin||", "4557 De Silva St": "De Silva St|4557||||", "75371 Paris Cedex 08": "||75371|Paris||FR", "Rue Basse 1, 9000 St. Gallen": "Rue Basse|1|9000|St. Gallen||",
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), ADDRESSES.items())
def test_an_address_comes_apart(printed: str, expected: str) -> None:
    found = parse_address(printed)

    assert "|".join(found[:6]) == expected


def test_a_country_that_is_known_from_elsewhere_fills_in() -> None:
    assert parse_address("Hauptstr. 5a, 10115 Berlin", "DE").country == "DE"


def test_a_printed_country_goes_before_one_that_is_assumed() -> None:
    assert parse_address("Hauptstr. 5a, 10115 Berlin, Germany", "US").country == "DE"


def test_what_fits_no_part_is_kept() -> None:
    found = parse_address("Building 5, 3rd Floor, 12 High Street, Leeds LS1 4AB")

    assert (found.street, found.number, found.extra) == ("High Street", "12", "Building 5, 3rd Floor")


SHAPES = {
    "DE": "{street} {number}, {code:05} {city}", "FR": "{number} {street}\n{code:05} {city}\nFrance", "US": "{number} {street}, {city}, TX {code:05}",
    "SE": "{street} {number}, SE-{head:03} {tail:02} {city}", "PL": "ul. {street} {number}, {tail:02}-{head:03} {city}", "AT": "{street} {number} | A-{four} {city}",
}  # fmt: skip


@given(
    shape=st.sampled_from(list(SHAPES)), number=st.integers(1, 999), code=st.integers(1000, 99999),
    street=st.sampled_from(["Hauptstrasse", "Marktgasse", "Elm Street", "Rue Basse"]), city=st.sampled_from(["Neustadt", "San Marco", "Villeneuve"]),
)  # fmt: skip
def test_an_address_that_was_written_is_read(shape: str, number: int, code: int, street: str, city: str) -> None:
    head, tail, four = code % 900 + 100, code % 90 + 10, code % 9000 + 1000

    found = parse_address(
        SHAPES[shape].format(street=street, number=number, code=code, city=city, head=head, tail=tail, four=four)
    )

    assert found.street.endswith(street)
    assert (found.number, found.city) == (str(number), city)
