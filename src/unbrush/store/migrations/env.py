"""Run by Alembic for every upgrade; the connection comes from `SqlRecords`."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
