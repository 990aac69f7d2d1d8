"""Errors of this room say what happened, and nothing that came from outside."""

import pytest

from launch import errors

LEAVES = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LaunchError)
]


def test_only_what_may_pass_by_itself_is_retryable():
    assert {kind for kind in LEAVES if kind.retryable} == {errors.EhrUnreachable, errors.EhrSlow}


def test_each_error_says_in_one_sentence_what_happened():
    assert all((kind.__doc__ or "").strip().split("\n")[0].endswith(".") for kind in LEAVES)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("invalid_scope", "invalid_scope"),
        ("server_error", "server_error"),
        ("<script>", "other"),
        ("Jane Doe", "other"),
        ("", "other"),
        ("a" * 41, "other"),
    ],
)
def test_an_oauth_code_is_kept_only_if_it_looks_like_one(told, kept):
    error = errors.AuthorizationRefused(told)

    assert error.error == kept
    assert str(error) == "refused"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://ehr.test/errors/1", "https://ehr.test/errors/1"),
        ("http://127.0.0.1:8001/errors/1", "http://127.0.0.1:8001/errors/1"),
        ("javascript:alert(1)", None),
        ("javascript://ehr.test/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("/errors/1", None),
        ("https://", None),
        ("https://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_help_page_is_kept_only_if_it_is_on_the_web(told, kept):
    assert errors.AuthorizationRefused("server_error", told).error_uri == kept
