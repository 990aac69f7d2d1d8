"""Who works at the clinic and who is cared for there: all invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clinician:
    """A practitioner of the clinic; ``npi`` is synthetic, ``email`` is also their Zoom sign-in."""

    id: str
    given: str
    family: str
    npi: str
    specialty: str
    zoom_licensed: bool = True

    @property
    def email(self) -> str:
        """Where the clinic writes to them."""
        return f"{self.given}.{self.family}@clinic.example".lower()

    @property
    def display(self) -> str:
        """As the schedule names them."""
        return f"Dr. {self.given} {self.family}"


@dataclass(frozen=True)
class Language:
    """A BCP-47 code with its name."""

    code: str
    name: str


ENGLISH = Language("en", "English")
SPANISH = Language("es", "Spanish")
CHINESE = Language("zh-Hant", "Chinese (Traditional)")
VIETNAMESE = Language("vi", "Vietnamese")
SIGN = Language("ase", "American Sign Language")


@dataclass(frozen=True)
class Person:
    """A patient of the clinic; an empty phone or e-mail is one that the clinic does not know."""

    id: str
    given: tuple[str, ...]
    family: str
    birth_date: str
    gender: str
    mrn: str
    phone: str
    email: str
    language: Language = ENGLISH
    interpreter: bool = False
    nickname: str = ""

    @property
    def display(self) -> str:
        """As the schedule names them."""
        return f"{self.given[0]} {self.family}"


@dataclass(frozen=True)
class Guardian:
    """Who signs in to the portal for a patient; ``relationship`` is a code of HL7's RoleCode."""

    id: str
    given: str
    family: str
    patient_id: str
    relationship: str
    says: str

    @property
    def display(self) -> str:
        """As the portal greets them."""
        return f"{self.given} {self.family}"


CLINICIANS = (
    Clinician("vb-practitioner-osei", "Amara", "Osei", "1093700018", "Family medicine"),
    Clinician("vb-practitioner-lee", "David", "Lee", "1093700026", "Cardiology"),
    Clinician("vb-practitioner-chen", "Mei-Ling", "Chen", "1093700034", "Paediatrics"),
    Clinician("vb-practitioner-brandt", "Jonas", "Brandt", "1093700042", "Psychiatry", zoom_licensed=False),
)

PATIENTS = (
    Person(
        "vb-patient-01",
        ("Rosa", "Elena"),
        "Quintero",
        "1958-03-14",
        "female",
        "MRN-204881",
        "+1 212-555-0101",
        "rosa.quintero@mail.example",
        SPANISH,
        interpreter=True,
    ),
    Person(
        "vb-patient-02",
        ("Samuel",),
        "Whitlock",
        "1971-11-02",
        "male",
        "MRN-204882",
        "+1 212-555-0102",
        "sam.whitlock@mail.example",
        nickname="Sam",
    ),
    Person(
        "vb-patient-03",
        ("Nora", "June"),
        "Abernathy",
        "1990-07-21",
        "female",
        "MRN-204883",
        "+1 212-555-0103",
        "nora.abernathy@mail.example",
    ),
    Person(
        "vb-patient-04",
        ("Tobias",),
        "Marchetti",
        "1984-01-09",
        "male",
        "MRN-204884",
        "+1 212-555-0104",
        "tobias.marchetti@mail.example",
        nickname="Toby",
    ),
    Person(
        "vb-patient-05",
        ("Hsiu-Mei",),
        "Lin",
        "1949-12-30",
        "female",
        "MRN-204885",
        "+1 212-555-0105",
        "hsiumei.lin@mail.example",
        CHINESE,
        interpreter=True,
    ),
    Person(
        "vb-patient-06",
        ("Priya",),
        "Raghunathan",
        "1996-05-17",
        "female",
        "MRN-204886",
        "+1 212-555-0106",
        "priya.raghunathan@mail.example",
    ),
    Person(
        "vb-patient-07",
        ("Callum",),
        "Fairweather",
        "2016-08-25",
        "male",
        "MRN-204887",
        "+1 212-555-0107",
        "fairweather.family@mail.example",
    ),
    Person(
        "vb-patient-08",
        ("Ngoc", "Anh"),
        "Truong",
        "1967-04-11",
        "female",
        "MRN-204888",
        "+1 212-555-0108",
        "ngocanh.truong@mail.example",
        VIETNAMESE,
        interpreter=True,
    ),
    Person(
        "vb-patient-09",
        ("Desmond",),
        "O'Hara-Vance",
        "1938-02-28",
        "male",
        "MRN-204889",
        "+1 212-555-0109",
        "desmond.oharavance@mail.example",
        SIGN,
        interpreter=True,
    ),
    Person(
        "vb-patient-10",
        ("Ingrid", "Sofie"),
        "Halvorsen",
        "2001-10-05",
        "female",
        "MRN-204890",
        "+1 212-555-0110",
        "ingrid.halvorsen@mail.example",
    ),
    Person(
        "vb-patient-11",
        ("Chih-Hao",),
        "Chang",
        "1979-06-18",
        "male",
        "MRN-204891",
        "",
        "chihhao.chang@mail.example",
        CHINESE,
    ),
    Person(
        "vb-patient-12",
        ("Beatriz",),
        "Delacroix-Moreno",
        "1963-09-03",
        "female",
        "MRN-204892",
        "+1 212-555-0112",
        "",
        SPANISH,
    ),
)

GUARDIANS = (
    Guardian("vb-related-07", "Maeve", "Fairweather", "vb-patient-07", "MTH", "mother"),
    Guardian("vb-related-09", "Colette", "Vance", "vb-patient-09", "DAU", "daughter"),
)
