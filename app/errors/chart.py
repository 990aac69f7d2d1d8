"""Reading the chart: 13xx."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, Table
from fhir.errors import (
    ChartAnswerMalformed,
    ChartBusy,
    ChartForbidden,
    ChartGap,
    ChartNotFound,
    ChartSlow,
    ChartUnauthorized,
    ChartUnreachable,
    FhirError,
    ForeignReference,
)

_AGAIN = _l("Try again in a minute. If it stays so, tell your EHR team the code.")
_TELL = _l("Tell your EHR team the code and the reference.")

TABLE: Table = {
    ChartUnreachable: Explanation(
        502,
        "VB-1301",
        _l("The chart cannot be reached"),
        _l("The EHR's FHIR server does not answer, or answers with a fault of its own."),
        _AGAIN,
    ),
    ChartSlow: Explanation(
        504,
        "VB-1302",
        _l("The chart is slow"),
        _l("The EHR's FHIR server did not answer in time."),
        _AGAIN,
    ),
    ChartBusy: Explanation(
        503,
        "VB-1303",
        _l("The chart is busy"),
        _l("The EHR asked us to come back later."),
        _AGAIN,
    ),
    ChartUnauthorized: Explanation(
        403,
        "VB-1304",
        _l("The EHR signed you out"),
        _l("The EHR no longer accepts the permission that it gave at the launch."),
        _l("Open the app again from the EHR."),
    ),
    ChartForbidden: Explanation(
        403,
        "VB-1305",
        _l("The EHR does not allow this"),
        _l("Your EHR account, or this app's registration, does not reach this part of the chart."),
        _l("Ask your EHR team what your account and the app's registration may read and write."),
    ),
    ChartNotFound: Explanation(
        404,
        "VB-1306",
        _l("The chart does not have it"),
        _l("The EHR named a patient or an appointment that its FHIR server does not find."),
        _TELL,
    ),
    ChartGap: Explanation(
        422,
        "VB-1307",
        _l("The chart leaves out what we need"),
        _l("An entry in the chart lacks something without which no visit can be shown."),
        _l("Complete the appointment in the EHR, then open the app again."),
    ),
    ChartAnswerMalformed: Explanation(
        502,
        "VB-1308",
        _l("The chart's answer makes no sense"),
        _l("The EHR's FHIR server answered with something that is not FHIR."),
        _TELL,
    ),
    ForeignReference: Explanation(
        502,
        "VB-1309",
        _l("The chart points elsewhere"),
        _l("The EHR's answer leads to another server, and your permission is not for that one."),
        _TELL,
    ),
    FhirError: Explanation(
        502,
        "VB-1310",
        _l("The chart refused"),
        _l("The EHR's FHIR server refused the request."),
        _TELL,
    ),
}
