"""How far the appointments of each EHR have been read without anybody being signed in."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class SyncLeg(Base):
    """One search that is made again and again: a band of the clinic's time, for one practitioner or place."""

    __tablename__ = "sync_leg"

    site: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    band: Mapped[str]  # near | today | later
    next_at: Mapped[datetime]  # nobody tries before then
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # as of when all of it is known
    error_code: Mapped[str | None]  # why the last try failed
    found: Mapped[int] = mapped_column(default=0)  # video visits in it, the last time


class SyncPurse(Base):
    """What a site may still be asked, and until when it wants to be left alone."""

    __tablename__ = "sync_purse"

    site: Mapped[str] = mapped_column(primary_key=True)
    thousandths: Mapped[int]  # of requests that may be made at once
    at: Mapped[datetime]  # as of when they were counted
    paused_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # one after the other
    spent: Mapped[int] = mapped_column(default=0)  # requests since the first


class EhrSubscription(Base):
    """Our request to be told of changed appointments, and what came of it. Polling does not depend on it."""

    __tablename__ = "ehr_subscription"

    site: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # stands in the address that is told
    secret: Mapped[str] = mapped_column(SealedText)
    state: Mapped[str]  # wanted | asked | active | failed
    remote_id: Mapped[str | None]
    next_at: Mapped[datetime]  # nobody tends it before then
    asked_at: Mapped[datetime | None]  # when its create was sent: it may be there though nobody answered
    ends_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]  # when it was heard of last
    events: Mapped[int] = mapped_column(default=0)  # the number of the last event that was told
    error_code: Mapped[str | None]


class SyncHint(Base):
    """An appointment of which the EHR said that it changed: it is read soon."""

    __tablename__ = "sync_hint"

    site: Mapped[str] = mapped_column(primary_key=True)
    appointment_id: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime] = mapped_column(index=True)
    taken_until: Mapped[datetime | None]  # somebody reads it


class SyncSeen(Base):
    """What an appointment was at the last reading, so that nothing is read around one that is as it was."""

    __tablename__ = "sync_seen"

    site: Mapped[str] = mapped_column(primary_key=True)
    appointment_id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(index=True)
    around_at: Mapped[datetime]  # when patient, host and place were read


class Backfill(Base):
    """Links made ahead for all appointments of some days: how far it came."""

    __tablename__ = "backfill"

    site: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    done: Mapped[int] = mapped_column(default=0)  # searches that are over
    counts: Mapped[str]  # JSON: reason and number
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stepped_at: Mapped[datetime | None]  # when it last came further
