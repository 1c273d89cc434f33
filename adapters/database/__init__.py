"""The log and the other tables, on SQLite or Postgres: `Database.open(url)`."""

from adapters.database.database import Database as Database
from adapters.database.migrate import DatabaseTooNew as DatabaseTooNew
