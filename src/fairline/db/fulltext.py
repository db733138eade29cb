"""The full-text index over `search_docs`, made by the first migration.

SQLite: an FTS5 table without a copy of the text, kept right by triggers, also after an edit.
PostgreSQL: a generated tsvector column under a GIN index.
"""

SQLITE_UP = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        words, content='search_docs', content_rowid='id', tokenize='unicode61', prefix='3')""",
    """CREATE TRIGGER search_docs_added AFTER INSERT ON search_docs BEGIN
        INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER search_docs_removed AFTER DELETE ON search_docs BEGIN
        INSERT INTO search_index(search_index, rowid, words)
        VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER search_docs_changed AFTER UPDATE OF words ON search_docs BEGIN
        INSERT INTO search_index(search_index, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END""",
)

POSTGRESQL_UP = (
    """ALTER TABLE search_docs ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED""",
    "CREATE INDEX ix_search_docs_lexemes ON search_docs USING gin (lexemes)",
)
