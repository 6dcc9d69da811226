"""Runs the migrations on the file that `migrate.config` names, all in one transaction.

A database is either brought to the newest shape or left as it was.
"""

from alembic import context

from appliance.storage.engine import Database
from appliance.storage.tables import metadata

database = Database(context.config.attributes["path"])
try:
    with database.write() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        context.run_migrations()
finally:
    database.close()
