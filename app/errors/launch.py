"""From the click in the EHR to the session: 11xx."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from launch import errors as launch


class LaunchIncomplete(ProductError):
    """The address lacks `iss` or `launch`, or the answer lacks `code` and `error`."""


class LeaseHeld(ProductError):
    """Another page of this session has been renewing the EHR's permission for longer than we wait."""

    retryable = True


_RELAUNCH = _l("Open the app again from the EHR.")
_EHR_TEAM = _l("Tell your EHR team the code and the reference.")
_IN_A_MINUTE = _l("Open the app again in a minute. If it stays so, tell your EHR team the code.")
_IDENTITY = _l("We cannot be sure who you are")

TABLE: Table = {
    launch.UnknownIssuer: Explanation(
        403,
        "VB-1101",
        _l("This EHR is not known here"),
        _l("The launch names an EHR that this deployment does not work with. Nothing was sent to it."),
        _l("Ask your administrator to add the EHR's address to the configuration."),
    ),
    launch.EhrUnreachable: Explanation(
        502,
        "VB-1102",
        _l("The EHR cannot be reached"),
        _l("The EHR's sign-in service does not answer, or answers with a fault of its own."),
        _IN_A_MINUTE,
    ),
    launch.EhrSlow: Explanation(
        504,
        "VB-1103",
        _l("The EHR is slow"),
        _l("The EHR's sign-in service did not answer in time."),
        _IN_A_MINUTE,
    ),
    launch.DiscoveryIncomplete: Explanation(
        502,
        "VB-1104",
        _l("The EHR does not say how to sign in"),
        _l("The EHR's SMART configuration lacks an entry that a launch needs."),
        _EHR_TEAM,
    ),
    launch.AccessDenied: Explanation(
        403,
        "VB-1105",
        _l("Access was not given"),
        _l("You, or the EHR in your name, said no to this app."),
        _l("Open the app again from the EHR and allow it, or ask your EHR team why you may not use it."),
    ),
    launch.AuthorizationRefused: Explanation(
        403,
        "VB-1106",
        _l("The EHR refused the launch"),
        _l("The launch was used already or is too old, or the app is not registered as it should be."),
        _l("Open the app again from the EHR, or choose the patient again with the link below."),
    ),
    launch.StateUnknown: Explanation(
        400,
        "VB-1107",
        _l("This launch is not known"),
        _l("The EHR's answer belongs to no launch that began here."),
        _RELAUNCH,
    ),
    launch.StateUsed: Explanation(
        409,
        "VB-1108",
        _l("This launch was used already"),
        _l("The page was loaded a second time, or reached by the back button."),
        _RELAUNCH,
    ),
    launch.StateExpired: Explanation(
        400,
        "VB-1109",
        _l("This launch took too long"),
        _l("More than ten minutes passed before the EHR sent you back."),
        _RELAUNCH,
    ),
    launch.StateOfAnotherBrowser: Explanation(
        403,
        "VB-1110",
        _l("This launch began in another browser"),
        _l("The EHR's answer came to a browser that did not begin the launch."),
        _RELAUNCH,
    ),
    launch.CodeRefused: Explanation(
        502,
        "VB-1111",
        _l("The EHR took its word back"),
        _l("The EHR refused the code that it had just given."),
        _RELAUNCH,
    ),
    launch.ClientRefused: Explanation(
        502,
        "VB-1112",
        _l("The EHR does not recognise this app"),
        _l("The EHR refused the app's client id, secret or key."),
        _l("Ask your administrator to compare the app's registration with its configuration."),
    ),
    launch.TokenAnswerMalformed: Explanation(
        502,
        "VB-1113",
        _l("The EHR's permission is incomplete"),
        _l("The EHR's answer lacks what a permission to read must have."),
        _EHR_TEAM,
    ),
    launch.IdTokenMissing: Explanation(
        502, "VB-1121", _IDENTITY, _l("The EHR sent no proof of who you are."), _EHR_TEAM
    ),
    launch.IdTokenMalformed: Explanation(
        502, "VB-1122", _IDENTITY, _l("The EHR's proof of who you are cannot be read."), _EHR_TEAM
    ),
    launch.IdTokenSignatureBad: Explanation(
        502, "VB-1123", _IDENTITY, _l("The signature of the EHR's proof is wrong."), _EHR_TEAM
    ),
    launch.IdTokenKeyUnknown: Explanation(
        502,
        "VB-1124",
        _IDENTITY,
        _l("The EHR does not publish the key that its proof is signed with."),
        _EHR_TEAM,
    ),
    launch.IdTokenIssuerWrong: Explanation(
        502, "VB-1125", _IDENTITY, _l("The proof of who you are comes from another issuer."), _EHR_TEAM
    ),
    launch.IdTokenAudienceWrong: Explanation(
        502, "VB-1126", _IDENTITY, _l("The proof of who you are is meant for another app."), _EHR_TEAM
    ),
    launch.IdTokenExpired: Explanation(
        502,
        "VB-1127",
        _IDENTITY,
        _l("The EHR's proof is not valid at this time: one of the clocks may be wrong."),
        _l("Open the app again. If it stays so, ask your administrator to compare the clocks."),
    ),
    launch.IdTokenNonceWrong: Explanation(
        502, "VB-1128", _IDENTITY, _l("The proof of who you are belongs to another launch."), _RELAUNCH
    ),
    launch.IdTokenFault: Explanation(
        502, "VB-1129", _IDENTITY, _l("The EHR's proof of who you are does not hold."), _EHR_TEAM
    ),
    launch.FhirUserMissing: Explanation(
        502,
        "VB-1130",
        _IDENTITY,
        _l("The EHR does not say which of its users you are."),
        _l("Ask your EHR team to allow the scopes openid and fhirUser for this app."),
    ),
    launch.FhirUserIsPatient: Explanation(
        403,
        "VB-1131",
        _l("We cannot tell which visit is yours"),
        _l("You are signed in as a patient or as somebody who helps one: several visits are meant, or none."),
        _l("Choose your visit below, if one is there, or use the link that the clinic sent you."),
    ),
    launch.PatientNotInContext: Explanation(
        502,
        "VB-1132",
        _l("The EHR named no patient"),
        _l("The launch asked for a patient, and none came with the permission."),
        _l("Open the patient's chart in the EHR first, then the app."),
    ),
    launch.ScopesTooFew: Explanation(
        403,
        "VB-1133",
        _l("The EHR allows too little"),
        _l("The permission does not cover reading the patient, or any of appointment and encounter."),
        _l("Ask your EHR team to allow Patient, Appointment and Encounter to be read by this app."),
    ),
    launch.RefreshRefused: Explanation(
        403,
        "VB-1134",
        _l("The EHR signed you out"),
        _l("The permission that the EHR gave at the launch is over."),
        _RELAUNCH,
    ),
    LeaseHeld: Explanation(
        503,
        "VB-1135",
        _l("The EHR is slow"),
        _l("Another page is still waiting for the EHR to renew your permission."),
        _l("Try again in a minute."),
    ),
    launch.BackendScopesRefused: Explanation(
        502,
        "VB-1136",
        _l("The EHR allows too little"),
        _l("The EHR grants this app's back end nothing of what the configuration asks for."),
        _l("Ask your administrator to compare the app's registration with its configuration."),
    ),
    launch.BackendRefused: Explanation(
        502,
        "VB-1137",
        _l("The EHR gives this app no permission of its own"),
        _l("The EHR refused the app's back end, for a reason that it did not name."),
        _EHR_TEAM,
    ),
    LaunchIncomplete: Explanation(
        400,
        "VB-1140",
        _l("The launch is incomplete"),
        _l("The address lacks what an EHR sends along with a launch."),
        _RELAUNCH,
    ),
    launch.LaunchError: Explanation(
        502, "VB-1150", _l("The launch failed"), _l("The EHR and this app did not agree."), _RELAUNCH
    ),
}
