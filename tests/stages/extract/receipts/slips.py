"""Invented till slips of many countries as they are printed, with what stands on them."""

from typing import NamedTuple


class Slip(NamedTuple):
    """A slip as monospaced text and its true values."""

    id: str
    text: str
    vendor_name: str
    issue_date: str
    total: str
    currency: str
    invoice_number: str | None = None
    vendor_tax_id: str | None = None
    tax_total: str | None = None


SLIPS = (
    Slip(
        "italian_commercial_document",
        """
          TRATTORIA DEL MULINO
        di Fabbri Elena & C. snc
        Via Garibaldi 14
        40121 BOLOGNA (BO)
        P.IVA 01234567897
        Tel. 051 223344

      DOCUMENTO COMMERCIALE
   di vendita o prestazione

 DESCRIZIONE        IVA   Prezzo(€)
 COPERTO            10%        4,00
 TAGLIATELLE        10%       11,00
 ACQUA NATURALE     10%        2,50
 TIRAMISU           10%        5,50

 TOTALE COMPLESSIVO           23,00
 di cui IVA                    2,09

 Pagamento elettronico        23,00
 Importo pagato               23,00

     14-11-2024 21:37
     DOCUMENTO N. 0412-0087
     RT 2CITP000458
    """,
        "TRATTORIA DEL MULINO",
        "2024-11-14",
        "23.00",
        "EUR",
        "0412-0087",
        "01234567897",
        "2.09",
    ),
    Slip(
        "spanish_simplified_invoice",
        """
        FERRETERIA LOS OLMOS, S.L.
        C/ Mayor, 27
        28013 MADRID
        NIF: B12345674
   FACTURA SIMPLIFICADA: F2-004417
   Fecha: 03/09/2023  Hora: 18:05

  UDS DESCRIPCION      PRECIO IMPORTE
   2  BOMBILLA LED       4,95    9,90
   1  CINTA AISLANTE     2,30    2,30

       TOTAL A PAGAR            12,20
   Efectivo                     20,00
   Cambio                        7,80

   Base Imp.    %IVA     Cuota
     10,08     21,00      2,12
      GRACIAS POR SU VISITA
    """,
        "FERRETERIA LOS OLMOS, S.L.",
        "2023-09-03",
        "12.20",
        "EUR",
        "F2-004417",
        "B12345674",
        "2.12",
    ),
    Slip(
        "portuguese_bakery",
        """
        PASTELARIA AURORA
     Sousa & Pinto, Lda
     Rua das Flores 112
     4050-262 PORTO
     Contribuinte N. 501234560
     Fatura Simplificada FS A/10233
     2024-02-07 08:51:12
     Qtd Descricao           Valor
     2 PASTEL DE NATA         2,60
     1 MEIA DE LEITE          1,40
     TOTAL EUR                4,00
     Numerario                5,00
     Troco                    1,00
     Taxa   Incid.    IVA   Total
     13%     3,54    0,46    4,00
     Processado por programa certificado
    """,
        "PASTELARIA AURORA",
        "2024-02-07",
        "4.00",
        "EUR",
        None,
        "501234560",
        "0.46",
    ),
    Slip(
        "dutch_supermarket",
        """
          De Gouden Korenaar B.V.
          Marktplein 8
          3511 LM Utrecht
          BTW nr: NL859433271B01
      Bonnr: 20231/118   Kassa: 3
      12-06-2023  16:44
      VOLKOREN BROOD            2,89
      KAAS JONG BELEGEN         6,45
      KARNEMELK                 1,19
      STATIEGELD                0,15
      Subtotaal                10,68
      UW KORTING               -1,00
      Te betalen                9,68
      PIN                       9,68
      BTW      Over      BTW bedrag
      9%       8,74      0,79
      Bedankt en tot ziens
    """,
        "De Gouden Korenaar B.V.",
        "2023-06-12",
        "9.68",
        "EUR",
        "20231/118",
        "NL859433271B01",
        None,
    ),
    Slip(
        "swedish_kiosk_year_first",
        """
         HAMNKIOSKEN I VIKEN AB
         Strandgatan 4
         263 61 VIKEN
         Org.nr 556677-8899
       Kvitto nr: 88213
       24-07-19 12:08   Kassa 1
       Glass 2 kulor        58,00
       Kaffe                32,00
       TOTALT SEK           90,00
       varav moms 12%        9,64
       Kortkop              90,00
       Spara kvittot!
    """,
        "HAMNKIOSKEN I VIKEN AB",
        "2024-07-19",
        "90.00",
        "SEK",
        "88213",
        "556677-8899",
        "9.64",
    ),
    Slip(
        "danish_grill",
        """
        Fjordgrillen ApS
        Havnegade 19
        8700 Horsens
        CVR-nr. 31415926
      Bon nr. 5521    05-10-2022 19:22
      1 Bofsandwich           75,00
      1 Pommes stor           42,00
      1 Sodavand 0,5          28,00
      I ALT DKK              145,00
      Heraf moms              29,00
      Dankort                145,00
      Tak for besoget
    """,
        "Fjordgrillen ApS",
        "2022-10-05",
        "145.00",
        "DKK",
        "5521",
        "31415926",
        "29.00",
    ),
    Slip(
        "norwegian_cash_rounding",
        """
       BREKKE BYGGEVARE AS
       Industriveien 3, 4031 STAVANGER
       Org.nr: NO 923456783 MVA
       SALGSKVITTERING 40077
       Dato: 28.01.2025  Kl: 10:15
       SKRUER 4X40         89,90
       MALERTAPE           34,50
       SUM                124,40
       Oreavrunding        -0,40
       Totalt a betale    124,00
       Kontant            200,00
       Tilbake             76,00
       Herav mva 25%       24,88
    """,
        "BREKKE BYGGEVARE AS",
        "2025-01-28",
        "124.00",
        "NOK",
        "40077",
        None,
        "24.88",
    ),
    Slip(
        "finnish_cafe",
        """
        Kahvila Tuulenpesa
        Tuulenpesa Oy
        Rantakatu 11
        33100 Tampere
        Y-tunnus 2345678-1
      Kuitti 009914   17.3.2024 14:02
      Korvapuusti               4,20
      Kahvi iso                 3,90
      YHTEENSA                  8,10
      ALV 14%  netto 7,11 vero  0,99
      Pankkikortti              8,10
      Kiitos kaynnista!
    """,
        "Kahvila Tuulenpesa",
        "2024-03-17",
        "8.10",
        "EUR",
        "009914",
        "2345678-1",
        "0.99",
    ),
    Slip(
        "czech_pub_no_cents",
        """
        Hospoda U Zlate podkovy
        Novak gastro s.r.o.
        Dlouha 12, 602 00 Brno
        ICO: 27082440  DIC: CZ27082440
        Uctenka c. 2024-000713
        Datum: 6.5.2024 20:41
        2x Pivo 12            118,00
        1x Svickova           219,00
        Celkem k uhrade       337,00 Kc
        Hotovost              500,00
        Vraceno               163,00
        DPH 21%  zaklad 278,51  dan 58,49
    """,
        "Hospoda U Zlate podkovy",
        "2024-05-06",
        "337.00",
        "CZK",
        "2024-000713",
        "CZ27082440",
        "58.49",
    ),
    Slip(
        "hungarian_forints",
        """
         SAROK PEKSEG KFT.
         1052 Budapest, Kossuth utca 3.
         Adoszam: 12345676-2-41
              NYUGTA
         KIFLI 4 db             480
         TEJ 1L                 459
         OSSZESEN               939 Ft
         KESZPENZ              1000 Ft
         KEREKITES                1 Ft
         VISSZAJARO              60 Ft
         NYUGTASZAM: 0043/00021
         2023.11.30. 07:15
    """,
        "SAROK PEKSEG KFT.",
        "2023-11-30",
        "939.00",
        "HUF",
        "0043/00021",
        "12345676-2-41",
        None,
    ),
    Slip(
        "latvian_bookshop",
        """
          SIA "Zila Gramata"
          Brivibas iela 45, Riga
          PVN reg.nr. LV40003245752
          Ceks Nr. 11802
          22.08.2024 13:27:44
          Romans "Jura"          14,99 A
          Pildspalva              1,20 A
          KOPA APMAKSAI          16,19
          Bankas karte           16,19
          PVN A 21%  13,38        2,81
          Paldies!
    """,
        'SIA "Zila Gramata"',
        "2024-08-22",
        "16.19",
        "EUR",
        "11802",
        "LV40003245752",
        "2.81",
    ),
    Slip(
        "lithuanian_shop",
        """
          UAB "Giedros namai"
          Ukmerges g. 20, Vilnius
          PVM moketojo kodas LT119511515
          Kvitas 553/1207
          Duona rugine            1,85 A
          Suris                   4,40 A
          Nuolaida               -0,50
          Moketi                  5,75 EUR
          Grynais                10,00
          Graza                   4,25
          2024-12-03 09:48
    """,
        'UAB "Giedros namai"',
        "2024-12-03",
        "5.75",
        "EUR",
        "553/1207",
        "LT119511515",
        None,
    ),
    Slip(
        "estonian_pharmacy",
        """
          Merepuu Apteek OU
          Pikk tn 9, Tallinn
          KMKR nr EE100931558
          Kviitung nr 77120  11.04.2023 12:30
          Plaaster              3,45
          C-vitamiin            6,90
          KOKKU TASUDA         10,35
          sh kaibemaks 20%      1,73
          Kaardimakse          10,35
          Aitah!
    """,
        "Merepuu Apteek OU",
        "2023-04-11",
        "10.35",
        "EUR",
        "77120",
        "EE100931558",
        "1.73",
    ),
    Slip(
        "croatian_konoba",
        """
           KONOBA SIDRO
        Morski val d.o.o.
        Obala 5, 21000 Split
        OIB: 12345678903
        Racun br: 1442/1/1
        Datum: 14.07.2024 22:10
        2 x Riba na zaru       36,00
        1 x Vino 0,5           12,00
        UKUPNO EUR             48,00
        Gotovina               50,00
        Povrat                  2,00
        PDV 13%  osnovica 42,48  iznos 5,52
        Hvala na posjeti
    """,
        "KONOBA SIDRO",
        "2024-07-14",
        "48.00",
        "EUR",
        "1442/1/1",
        "12345678903",
        "5.52",
    ),
    Slip(
        "american_diner_with_tip",
        """
            BLUE HERON DINER
            418 Main Street
            Portland, OR 97204
            (503) 555-0142
        Server: Amy      Table 7
        Check #: 30218
        04/09/2024 07:42 PM
        1 Veggie Burger       13.50
        1 Fries                4.25
        2 Root Beer            7.00
        Subtotal              24.75
        Tax                    2.10
        Total                 26.85
        Tip                    5.00
        Total with Tip        31.85
        VISA                  31.85
        Suggested tip 20%      4.95
        Thank you!
    """,
        "BLUE HERON DINER",
        "2024-04-09",
        "31.85",
        "USD",
        "30218",
        None,
        "2.10",
    ),
    Slip(
        "british_pub_with_service",
        """
            The Crooked Billet
            Harcourt Inns Ltd
            High Street, Bath BA1 5AQ
            VAT No: GB 823 8476 09
        Receipt: 4471-22
        18 Aug 2023 20:10
        2 Fish & Chips        31.00
        1 Sticky Toffee        7.50
        Food Total            38.50
        Service Charge 10%     3.85
        Amount Due          £ 42.35
        Card                £ 42.35
        VAT @ 20%              6.42
    """,
        "The Crooked Billet",
        "2023-08-18",
        "42.35",
        "GBP",
        "4471-22",
        None,
        None,
    ),
    Slip(
        "swiss_rounding_in_francs",
        """
            Metzgerei Alpstein AG
            Hauptgasse 3, 9050 Appenzell
            CHE-107.787.577 MWST
        Beleg-Nr. 90331  02.12.2024 11:19
        Siedwurst 0,48 kg      11.55
        Mostbrockli            18.90
        Total CHF              30.45
        Bar                    50.00
        Retour                 19.55
        inkl. MWST 2.6%         0.77
    """,
        "Metzgerei Alpstein AG",
        "2024-12-02",
        "30.45",
        "CHF",
        "90331",
        None,
        "0.77",
    ),
    Slip(
        "polish_shop",
        """
          SKLEP POD LIPA
          Kowalczyk Sp. z o.o.
          ul. Lipowa 7, 30-702 Krakow
          NIP 526-10-40-828
          PARAGON FISKALNY  nr wydr. 204411
          MASLO 82%     2 x7,49    14,98C
          CHLEB         1 x5,20     5,20C
          SPRZEDAZ OPOD. C         20,18
          PTU C 5%                  0,96
          SUMA PLN                 20,18
          KARTA                    20,18
          2024-10-21 17:05
    """,
        "SKLEP POD LIPA",
        "2024-10-21",
        "20.18",
        "PLN",
        "204411",
        "526-10-40-828",
        "0.96",
    ),
    Slip(
        "singapore_rounding_and_service",
        """
           GOLDEN PEONY KITCHEN PTE LTD
           12 Temple Street #02-01
           Singapore 058566
           GST Reg No: 201812345K
        Bill No: A-77120   Pax: 2
        21/05/2024 13:40
        Chilli Crab            48.00
        Fried Rice             14.50
        Sub-Total              62.50
        Svc Chg 10%             6.25
        GST 9%                  6.19
        Rounding               -0.04
        Grand Total           S$74.90
        NETS                   74.90
    """,
        "GOLDEN PEONY KITCHEN PTE LTD",
        "2024-05-21",
        "74.90",
        "SGD",
        "A-77120",
        "201812345K",
        "6.19",
    ),
    Slip(
        "german_savings_decoy",
        """
           BioMarkt Sonnental GmbH
           Am Anger 5
           99084 Erfurt
           USt-IdNr. DE136695976
        1,204 kg x 2,49 EUR/kg
        APFEL ELSTAR              3,00 A
        VOLLMILCH                 1,35 A
        SPUELMITTEL               2,75 B
        SUMME               EUR   7,10
        Girocard                  7,10
        Sie sparen insgesamt     11,80
        Punktestand             214,00
        MwSt      Netto   Steuer Brutto
        A  7%      4,07     0,28   4,35
        B 19%      2,31     0,44   2,75
        Bon-Nr. 3377 Kasse 2
        Datum 09.02.2025 18:31
        Umtausch bis 09.03.2025
    """,
        "BioMarkt Sonnental GmbH",
        "2025-02-09",
        "7.10",
        "EUR",
        "3377",
        "DE136695976",
        "0.72",
    ),
    Slip(
        "french_bistro",
        """
           LE PETIT TILLEUL
           SARL Marchand Freres
           8 rue de la Gare 69003 LYON
           SIRET 552 100 554 00013
           TVA FR83404833048
        Ticket N. 77-1031
        Le 11/04/2024 a 13:15
        2 MENU DU JOUR           37,80
        1 CAFE                    2,20
        TOTAL TTC                40,00
        CB                       40,00
        TVA 10,00%  HT 36,36 TVA  3,64
        Merci de votre visite
    """,
        "LE PETIT TILLEUL",
        "2024-04-11",
        "40.00",
        "EUR",
        "77-1031",
        "FR83404833048",
        "3.64",
    ),
    Slip(
        "romanian_shop",
        """
           S.C. CODRU MARKET S.R.L.
           Str. Florilor 22, Cluj-Napoca
           C.I.F. RO18547290
        PAINE ALBA              4,50 B
        LAPTE 1L                8,20 B
        SUBTOTAL               12,70
        TOTAL LEI              12,70
        NUMERAR                20,00
        REST                    7,30
        TVA B 9%                1,05
        BON FISCAL NR. 0156
        15/06/2024 09:20:31
    """,
        "S.C. CODRU MARKET S.R.L.",
        "2024-06-15",
        "12.70",
        "RON",
        "0156",
        "RO18547290",
        "1.05",
    ),
)
