"""What every TokenVault does. Inherit with the fixtures `vault`, and `sessions`: two ids that it knows."""

from dataclasses import replace
from datetime import UTC, datetime

from launch.ports import TokenSet

TOKENS = TokenSet(
    site="harbor",
    iss="https://ehr.test/fhir",
    access_token="access-1",
    refresh_token="refresh-1",
    scope="launch user/Patient.rs",
    expires_at=datetime(2026, 11, 2, 14, 9, 30, tzinfo=UTC),
)


class TokenVaultContract:
    """The tests themselves."""

    def test_tokens_come_back_as_they_were_saved(self, vault, sessions):
        vault.save(sessions[0], TOKENS)

        assert vault.load(sessions[0]) == TOKENS

    def test_saving_again_replaces_all_of_them(self, vault, sessions):
        vault.save(sessions[0], TOKENS)
        renewed = replace(TOKENS, access_token="access-2", refresh_token=None)

        vault.save(sessions[0], renewed)

        assert vault.load(sessions[0]) == renewed

    def test_one_sessions_tokens_are_not_anothers(self, vault, sessions):
        vault.save(sessions[0], TOKENS)
        other = replace(TOKENS, access_token="access-9")

        vault.save(sessions[1], other)

        assert vault.load(sessions[0]) == TOKENS
        assert vault.load(sessions[1]) == other

    def test_a_session_without_tokens_has_none(self, vault, sessions):
        assert vault.load(sessions[0]) is None
