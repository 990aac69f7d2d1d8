"""How connections to PostgreSQL are opened, so that nobody waits for ever for somebody who is gone.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
https://www.postgresql.org/docs/current/runtime-config-client.html
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event

# Of a server that vanished without a word: how soon we give up.
CONNECT_ARGS = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# Of ours that vanished: how soon the server gives up what they hold. No transaction of ours is long.
IDLE_IN_TRANSACTION = "60s"
_SESSION = (
    "SET idle_in_transaction_session_timeout = '{idle}'; SET tcp_keepalives_idle = 15;"
    " SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)


def postgres_engine(url: str, **options: Any) -> Engine:
    """An engine over such connections, each tried before it is used."""
    engine = create_engine(url, pool_pre_ping=True, connect_args=CONNECT_ARGS, **options)
    session = _SESSION.format(idle=IDLE_IN_TRANSACTION)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Outside a transaction: what is set in one that is rolled back is forgotten.
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute(session)
        connection.autocommit = autocommit

    return engine
