"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEALED = sa.LargeBinary()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "host_quota",
        sa.Column("host_key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host_key", "day", name=op.f("pk_host_quota")),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("body", SEALED, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("projected_at", INSTANT, nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("room_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox")),
        sa.UniqueConstraint("body_hash", name=op.f("uq_inbox_body_hash")),
    )
    op.create_index(
        "ix_inbox_room_id",
        "inbox",
        ["room_id"],
        sqlite_where=sa.text("room_id IS NOT NULL"),
        postgresql_where=sa.text("room_id IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_unread",
        "inbox",
        ["seq"],
        sqlite_where=sa.text("projected_at IS NULL"),
        postgresql_where=sa.text("projected_at IS NULL"),
    )
    op.create_table(
        "launch_state",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("pending", SEALED, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_launch_state")),
    )
    op.create_index(op.f("ix_launch_state_expires_at"), "launch_state", ["expires_at"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("host_key", sa.String(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=True),
        sa.Column("host_email", sa.String(), nullable=True),
        sa.Column("room_id", sa.String(), nullable=True),
        sa.Column("drift", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("reference", name=op.f("uq_meeting_reference")),
        sa.UniqueConstraint("vendor", "room_id", name=op.f("uq_meeting_vendor_room_id")),
    )
    op.create_index(op.f("ix_meeting_state"), "meeting", ["state"])
    op.create_table(
        "rate_pause",
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("category", name=op.f("pk_rate_pause")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fhir_user", sa.String(), nullable=True),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("email", SEALED, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_issuer_subject")),
    )
    op.create_table(
        "video_token",
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("access_token", SEALED, nullable=False),
        sa.Column("api_url", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("vendor", name=op.f("pk_video_token")),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=True),
        sa.Column("encounter_id", sa.String(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=True),
        sa.Column("practitioner_name", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=True),
        sa.Column("service", SEALED, nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("start", INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("moved_from", INSTANT, nullable=True),
        sa.Column("patient_name", SEALED, nullable=False),
        sa.Column("patient_birth_date", SEALED, nullable=True),
        sa.Column("patient_mrn", SEALED, nullable=True),
        sa.Column("chart_status", sa.String(), nullable=True),
        sa.Column("chart_read_at", INSTANT, nullable=False),
        sa.Column("chart_warning", sa.String(), nullable=True),
        sa.Column("host_key", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("met_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("site", "appointment_id", name=op.f("uq_visit_site_appointment_id")),
    )
    op.create_index(op.f("ix_visit_patient_id"), "visit", ["patient_id"])
    op.create_index("ix_visit_site_department_start", "visit", ["site", "department", "start"])
    op.create_index("ix_visit_site_practitioner_start", "visit", ["site", "practitioner_id", "start"])
    op.create_index(op.f("ix_visit_state"), "visit", ["state"])
    op.create_table(
        "call_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("guest_id", sa.String(), nullable=True),
        sa.Column("inbox_seq", sa.Integer(), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_call_fact_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_fact")),
        sa.UniqueConstraint("key", name=op.f("uq_call_fact_key")),
    )
    op.create_index(op.f("ix_call_fact_meeting_id"), "call_fact", ["meeting_id"])
    op.create_table(
        "meeting_instance",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_instance_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "uuid", name=op.f("pk_meeting_instance")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_outbox_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
    op.create_index(op.f("ix_outbox_visit_id"), "outbox", ["visit_id"])
    op.create_table(
        "participant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("email", SEALED, nullable=True),
        sa.Column("phone", SEALED, nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("token", SEALED, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("page_opened_at", INSTANT, nullable=True),
        sa.Column("page_here_since", INSTANT, nullable=True),
        sa.Column("page_seen_at", INSTANT, nullable=True),
        sa.Column("page_scripted", sa.Boolean(), nullable=False),
        sa.Column("join_clicked_at", INSTANT, nullable=True),
        sa.Column("presence", sa.String(), nullable=False),
        sa.Column("presence_since", INSTANT, nullable=True),
        sa.Column("presence_source", sa.String(), nullable=False),
        sa.Column("presence_derived", sa.Boolean(), nullable=False),
        sa.Column("was_in_call", sa.Boolean(), nullable=False),
        sa.Column("look_again_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_participant_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_participant_token_hash")),
    )
    op.create_index(op.f("ix_participant_look_again_at"), "participant", ["look_again_at"])
    op.create_index(op.f("ix_participant_visit_id"), "participant", ["visit_id"])
    op.create_table(
        "signin_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_signin_link_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_signin_link")),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "role", "site", "department", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("iss", sa.String(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("context", SEALED, nullable=True),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("banner_needed", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("host_confirmed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_browser_hash"), "staff_session", ["browser_hash"])
    op.create_index(op.f("ix_staff_session_expires_at"), "staff_session", ["expires_at"])
    op.create_table(
        "stream_event",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_stream_event_visit_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_stream_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stream_event_at"), "stream_event", ["at"])
    op.create_index(op.f("ix_stream_event_visit_id"), "stream_event", ["visit_id"])
    op.create_table(
        "visit_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("reason", SEALED, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_act_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_act")),
    )
    op.create_index(op.f("ix_visit_act_visit_id"), "visit_act", ["visit_id"])
    op.create_table(
        "visit_meeting",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_visit_meeting_meeting_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_meeting_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "meeting_id", name=op.f("pk_visit_meeting")),
    )
    op.create_index(op.f("ix_visit_meeting_meeting_id"), "visit_meeting", ["meeting_id"])
    op.create_index(
        "uq_visit_meeting_active",
        "visit_meeting",
        ["visit_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "guest_pass",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("guest_id", sa.String(), nullable=True),
        sa.Column("link", SEALED, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_guest_pass_meeting_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_guest_pass_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass")),
        sa.UniqueConstraint("address", name=op.f("uq_guest_pass_address")),
        sa.UniqueConstraint(
            "participant_id", "meeting_id", name=op.f("uq_guest_pass_participant_id_meeting_id")
        ),
    )
    op.create_index(op.f("ix_guest_pass_guest_id"), "guest_pass", ["guest_id"])
    op.create_table(
        "session_visit",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["staff_session.id"], name=op.f("fk_session_visit_session_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_session_visit_visit_id")),
        sa.PrimaryKeyConstraint("session_id", "visit_id", name=op.f("pk_session_visit")),
    )
    op.create_index(op.f("ix_session_visit_visit_id"), "session_visit", ["visit_id"])
    op.create_table(
        "token_set",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("iss", sa.String(), nullable=False),
        sa.Column("access_token", SEALED, nullable=False),
        sa.Column("refresh_token", SEALED, nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["staff_session.id"], name=op.f("fk_token_set_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_token_set")),
    )


def downgrade() -> None:
    op.drop_table("token_set")
    op.drop_index(op.f("ix_session_visit_visit_id"), table_name="session_visit")
    op.drop_table("session_visit")
    op.drop_index(op.f("ix_guest_pass_guest_id"), table_name="guest_pass")
    op.drop_table("guest_pass")
    op.drop_index(
        "uq_visit_meeting_active",
        table_name="visit_meeting",
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.drop_index(op.f("ix_visit_meeting_meeting_id"), table_name="visit_meeting")
    op.drop_table("visit_meeting")
    op.drop_index(op.f("ix_visit_act_visit_id"), table_name="visit_act")
    op.drop_table("visit_act")
    op.drop_index(op.f("ix_stream_event_visit_id"), table_name="stream_event")
    op.drop_index(op.f("ix_stream_event_at"), table_name="stream_event")
    op.drop_table("stream_event")
    op.drop_index(op.f("ix_staff_session_expires_at"), table_name="staff_session")
    op.drop_index(op.f("ix_staff_session_browser_hash"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("staff_role")
    op.drop_table("signin_link")
    op.drop_index(op.f("ix_participant_visit_id"), table_name="participant")
    op.drop_index(op.f("ix_participant_look_again_at"), table_name="participant")
    op.drop_table("participant")
    op.drop_index(op.f("ix_outbox_visit_id"), table_name="outbox")
    op.drop_index("ix_outbox_state_due_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("meeting_instance")
    op.drop_index(op.f("ix_call_fact_meeting_id"), table_name="call_fact")
    op.drop_table("call_fact")
    op.drop_index(op.f("ix_visit_state"), table_name="visit")
    op.drop_index("ix_visit_site_practitioner_start", table_name="visit")
    op.drop_index("ix_visit_site_department_start", table_name="visit")
    op.drop_index(op.f("ix_visit_patient_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_table("video_token")
    op.drop_table("staff")
    op.drop_table("rate_pause")
    op.drop_index(op.f("ix_meeting_state"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_table("lease")
    op.drop_index(op.f("ix_launch_state_expires_at"), table_name="launch_state")
    op.drop_table("launch_state")
    op.drop_index(
        "ix_inbox_unread",
        table_name="inbox",
        sqlite_where=sa.text("projected_at IS NULL"),
        postgresql_where=sa.text("projected_at IS NULL"),
    )
    op.drop_index(
        "ix_inbox_room_id",
        table_name="inbox",
        sqlite_where=sa.text("room_id IS NOT NULL"),
        postgresql_where=sa.text("room_id IS NOT NULL"),
    )
    op.drop_table("inbox")
    op.drop_table("host_quota")
