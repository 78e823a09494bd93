# ruff: noqa: RUF001 - forms in Cyrillic and Greek letters are meant
"""Legal forms of companies by country, as they are abbreviated in names (after ISO 20275, Entity Legal Forms)."""

from collections.abc import Mapping

FORMS: Mapping[str, tuple[str, ...]] = {
    "DE": ("GmbH & Co. KGaA", "GmbH & Co. KG", "GmbH & Co. OHG", "AG & Co. KGaA", "AG & Co. KG", "SE & Co. KGaA", "SE & Co. KG", "UG (haftungsbeschränkt) & Co. KG", "UG & Co. KG", "Ltd. & Co. KG", "gGmbH", "GmbH", "mbH", "UG (haftungsbeschränkt)", "UG", "AG", "KGaA", "KG", "OHG", "GbR", "eG", "e.K.", "e.Kfm.", "e.Kfr.", "e.V.", "a.G.", "PartG mbB", "PartGmbB", "PartG", "VVaG", "Gesellschaft mit beschränkter Haftung", "Aktiengesellschaft", "Kommanditgesellschaft"),
    "AT": ("GmbH & Co KG", "Ges.m.b.H. & Co KG", "Ges.m.b.H.", "GesmbH", "GmbH", "AG", "KG", "OG", "e.U.", "Gen.m.b.H.", "FlexCo"),
    "CH": ("AG", "GmbH", "Sàrl", "Sagl", "SA", "KlG", "KmG", "Genossenschaft"),
    "LI": ("AG", "GmbH", "Anstalt", "Est."),
    "FR": ("SASU", "SAS", "SARL", "EURL", "SA", "SNC", "SCA", "SCS", "SCOP", "SELARL", "SELAS", "SCI", "SCM", "GIE", "EIRL", "EI", "SEM", "SCP"),
    "BE": ("BVBA", "SPRL", "BV", "SRL", "NV", "SA", "CVBA", "SCRL", "VOF", "SNC", "CommV", "VZW", "ASBL", "GCV"),
    "LU": ("S.à r.l.-S", "S.à r.l.", "SARL", "S.A.", "S.C.A.", "S.C.S.", "S.C.Sp."),
    "NL": ("B.V.", "N.V.", "V.O.F.", "C.V.", "U.A.", "Coöperatie U.A.", "Stichting", "Maatschap"),
    "GB": ("Limited", "Ltd.", "Ltd", "PLC", "Public Limited Company", "LLP", "L.L.P.", "LP", "CIC", "CIO", "Unlimited", "Cyf.", "CCC"),
    "IE": ("Limited", "Ltd", "DAC", "PLC", "CLG", "ULC", "Teoranta", "Teo."),
    "US": ("Incorporated", "Inc.", "Corporation", "Corp.", "LLC", "L.L.C.", "LLP", "LLLP", "LP", "Company", "Co.", "PLLC", "P.C.", "P.A.", "Ltd.", "Co., Inc.", "N.A.", "PBC"),
    "CA": ("Inc.", "Ltd.", "Limited", "Corp.", "Corporation", "ULC", "Ltée", "Ltee", "Limitée", "Incorporée", "s.e.n.c.", "S.E.N.C.R.L."),
    "AU": ("Pty Ltd", "Pty. Limited", "Pty Limited", "Proprietary Limited", "Ltd", "Limited", "NL"), "NZ": ("Limited", "Ltd", "LP"),
    "ES": ("S.L.U.", "S.L.L.", "S.L.P.", "S.L.N.E.", "S.L.", "S.A.U.", "S.A.L.", "S.A.", "S.R.L.", "S.C.", "S. Coop.", "S.Coop.", "C.B.", "S.C.A.", "Sociedad Limitada", "Sociedad Anónima", "A.I.E."),
    "PT": ("Lda.", "Lda", "Limitada", "S.A.", "SGPS, S.A.", "SGPS", "Unipessoal Lda.", "Unipessoal, Lda.", "Sociedade Unipessoal Lda", "CRL", "E.P.E."),
    "IT": ("S.p.A.", "S.r.l.", "S.r.l.s.", "S.r.l. a socio unico", "S.r.l. unipersonale", "S.n.c.", "S.a.s.", "S.a.p.a.", "S.s.", "S.c.a.r.l.", "S.c.r.l.", "Soc. Coop.", "S.c.p.a.", "Società Cooperativa", "S.t.p."),
    "SM": ("S.r.l.", "S.p.A."), "MT": ("Ltd", "Limited", "p.l.c."), "CY": ("Ltd", "Limited", "PLC"),
    "DK": ("ApS", "A/S", "I/S", "K/S", "P/S", "IVS", "A.M.B.A.", "F.M.B.A.", "P.M.V."), "NO": ("AS", "ASA", "ANS", "DA", "ENK", "NUF", "SA", "BA", "KS"),
    "SE": ("AB", "AB (publ)", "Aktiebolag", "HB", "KB", "Ek. för.", "Handelsbolag"), "FI": ("Oy", "Oyj", "Oy Ab", "Ab", "Abp", "Ky", "Ay", "Tmi", "Osk", "Osakeyhtiö"),
    "IS": ("ehf.", "hf.", "sf.", "slhf."), "FO": ("P/F", "Sp/f"), "EE": ("OÜ", "AS", "TÜ", "UÜ", "FIE", "MTÜ", "Osaühing"), "LV": ("SIA", "AS", "IK", "PS", "KS", "Sabiedrība ar ierobežotu atbildību"),
    "LT": ("UAB", "AB", "MB", "IĮ", "TŪB", "KŪB", "VšĮ"), "PL": ("Sp. z o.o. Sp. k.", "Sp. z o.o. S.K.A.", "Sp. z o.o.", "Spółka z o.o.", "Spółka z ograniczoną odpowiedzialnością", "S.A.", "Spółka Akcyjna", "Sp. j.", "Sp. k.", "Sp. p.", "S.K.A.", "P.S.A.", "S.C."),
    "CZ": ("s.r.o.", "spol. s r.o.", "spol. s r. o.", "a.s.", "akciová společnost", "v.o.s.", "k.s.", "z.s.", "o.p.s.", "z.ú.", "družstvo"), "SK": ("s.r.o.", "spol. s r.o.", "a.s.", "v.o.s.", "k.s.", "j.s.a.", "o.z."),
    "HU": ("Kft.", "Kft", "Zrt.", "Zrt", "Nyrt.", "Nyrt", "Rt.", "Bt.", "Bt", "Kkt.", "Kkt", "E.V.", "Korlátolt Felelősségű Társaság"), "RO": ("S.R.L.", "SRL", "S.A.", "S.R.L.-D", "S.C.S.", "S.N.C.", "P.F.A.", "I.I.", "I.F."),
    "MD": ("S.R.L.", "S.A."), "BG": ("EOOD", "OOD", "AD", "EAD", "ET", "ЕООД", "ООД", "АД", "ЕАД", "ЕТ"), "GR": ("A.E.", "Α.Ε.", "E.P.E.", "Ε.Π.Ε.", "I.K.E.", "Ι.Κ.Ε.", "O.E.", "Ο.Ε.", "E.E.", "Ε.Ε.", "S.A."),
    "HR": ("d.o.o.", "j.d.o.o.", "d.d.", "k.d.", "j.t.d.", "obrt"), "SI": ("d.o.o.", "d.d.", "d.n.o.", "k.d.", "s.p.", "z.o.o."), "RS": ("d.o.o.", "DOO", "a.d.", "AD", "k.d.", "o.d.", "PR"), "BA": ("d.o.o.", "d.d."),
    "ME": ("d.o.o.", "a.d."), "MK": ("DOO", "DOOEL", "AD", "ДОО", "ДООЕЛ"), "AL": ("Sh.p.k.", "Sh.a."), "XK": ("Sh.p.k.", "L.L.C."), "UA": ("TOV", "LLC", "PJSC", "PrJSC", "ТОВ", "ПАТ", "ПрАТ", "ФОП"),
    "RU": ("OOO", "AO", "PAO", "ZAO", "OAO", "ООО", "АО", "ПАО", "ЗАО", "ОАО", "ИП"), "BY": ("ООО", "ОДО", "ЗАО", "ЧУП"), "KZ": ("TOO", "ТОО", "АО"), "TR": ("A.Ş.", "Anonim Şirketi", "Ltd. Şti.", "Limited Şirketi", "San. ve Tic. A.Ş.", "San. ve Tic. Ltd. Şti.", "Tic. Ltd. Şti."),
    "IN": ("Private Limited", "Pvt. Ltd.", "Pvt Ltd", "(P) Ltd.", "Pvt. Limited", "Limited", "Ltd.", "LLP", "OPC Pvt. Ltd."), "PK": ("(Pvt.) Ltd.", "Pvt. Ltd.", "Ltd."), "BD": ("Ltd.", "Pvt. Ltd."), "LK": ("(Pvt) Ltd", "PLC"),
    "SG": ("Pte. Ltd.", "Pte Ltd", "Private Limited", "Ltd.", "LLP"), "MY": ("Sdn. Bhd.", "Sdn Bhd", "Berhad", "Bhd.", "PLT"), "ID": ("Tbk", "Persero", "PT", "CV", "UD"), "TH": ("Co., Ltd.", "Public Company Limited", "PCL", "Ltd., Part."), "VN": ("Co., Ltd", "JSC", "TNHH", "Công ty TNHH", "Công ty Cổ phần"), "PH": ("Inc.", "Corp.", "OPC"),
    "CN": ("Co., Ltd.", "Co. Ltd.", "Co., Limited", "Ltd.", "有限公司", "有限责任公司", "股份有限公司"), "HK": ("Limited", "Ltd.", "Company Limited", "Co., Limited", "有限公司"), "TW": ("Co., Ltd.", "Inc.", "有限公司", "股份有限公司"), "JP": ("K.K.", "Kabushiki Kaisha", "G.K.", "Co., Ltd.", "株式会社", "有限会社", "合同会社"), "KR": ("Co., Ltd.", "Inc.", "주식회사", "유한회사"),
    "AE": ("LLC", "L.L.C.", "FZE", "FZCO", "FZ-LLC", "FZC", "PJSC", "DMCC", "W.L.L."), "SA": ("LLC", "CJSC"), "QA": ("W.L.L.", "Q.P.S.C."), "KW": ("W.L.L.", "K.S.C."), "BH": ("W.L.L.", "B.S.C."), "IL": ("Ltd.", 'בע"מ'), "EG": ("S.A.E.", "LLC"), "MA": ("SARL AU", "SARL", "S.A."), "TN": ("SARL", "SUARL", "S.A."),
    "ZA": ("(Pty) Ltd", "(Pty) Limited", "Pty Ltd", "Limited", "CC", "NPC", "SOC Ltd", "Inc."), "NG": ("Limited", "Ltd", "PLC", "Ltd/Gte"), "KE": ("Limited", "Ltd", "PLC"), "GH": ("Limited", "Ltd"),
    "MX": ("S.A. de C.V.", "S.A.B. de C.V.", "S. de R.L. de C.V.", "S. de R.L.", "S.A.P.I. de C.V.", "S.C.", "A.C.", "S.A.S. de C.V.", "S.A.S."), "BR": ("Ltda.", "Ltda", "S.A.", "S/A", "EIRELI", "ME", "EPP", "MEI", "SLU"), "AR": ("S.A.", "S.R.L.", "S.A.S.", "S.C.A.", "S.A.C.I."), "CL": ("S.A.", "SpA", "Ltda.", "E.I.R.L."), "CO": ("S.A.S.", "S.A.", "Ltda.", "S. en C."), "PE": ("S.A.C.", "S.A.", "S.R.L.", "E.I.R.L."), "UY": ("S.A.", "S.R.L.", "S.A.S."), "EC": ("S.A.", "Cía. Ltda.", "S.A.S."), "CR": ("S.A.", "S.R.L."),
    "EU": ("SE", "SCE", "EWIV", "EEIG", "GEIE"),
}  # fmt: skip
"""ISO 3166 (`EU` for the Union's own forms) -> forms in their usual spelling, the longer before those they contain."""

LEADING = frozenset({
    "PT", "CV", "UD", "OOO", "AO", "PAO", "ZAO", "OAO", "ООО", "АО", "ПАО", "ЗАО", "ОАО", "ИП", "ТОВ", "ФОП", "ПрАТ", "ПАТ", "TOV", "ТОО", "TOO", "ЧУП", "UAB", "SIA", "MB", "VšĮ", "OÜ", "Oy", "AB", "AS",
    "株式会社", "有限会社", "合同会社", "주식회사", "유한회사", "Công ty TNHH", "Công ty Cổ phần", "Stichting", "ДОО", "ЕТ", "ET", "SARL", "SAS", "SCI", "EURL", "IK",
})  # fmt: skip
"""Forms that may stand before the name."""
