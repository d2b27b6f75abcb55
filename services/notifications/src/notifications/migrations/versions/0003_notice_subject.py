"""What a notice is about: it carries a link to just that."""

from alembic import op

revision = "0003"
down_revision = "0002"

SUBJECT = """
ALTER TABLE notice ADD COLUMN subject uuid;
COMMENT ON COLUMN notice.subject IS 'The application or tenancy it is about; null in what was taken before links'
"""


def upgrade() -> None:
    for statement in SUBJECT.split(";\n"):
        op.execute(statement)
