"""Accounts and sign-ins, behind functions: the application asks about one login, never the table.

Both tables are closed to `halfhour_app`. What it may do, it does by these functions, which run as
the owner with a fixed search path and answer about one account at a time.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE accounts (
    person_id bigint NOT NULL,
    township_code varchar(32) NOT NULL,
    login varchar(64) NOT NULL,
    password_hash text NOT NULL,
    must_change boolean NOT NULL DEFAULT true,
    failed_attempts smallint NOT NULL DEFAULT 0,
    locked_until timestamptz,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_accounts PRIMARY KEY (person_id, township_code),
    CONSTRAINT fk_accounts_people FOREIGN KEY (person_id, township_code)
        REFERENCES people (id, township_code),
    CONSTRAINT uq_accounts_login UNIQUE (login),
    CONSTRAINT ck_accounts_lower_case_login CHECK (login = lower(login) AND login <> ''),
    CONSTRAINT ck_accounts_argon2_hash CHECK (password_hash LIKE '$argon2id$%')
);

CREATE TABLE auth_sessions (
    token_hash bytea NOT NULL,
    person_id bigint NOT NULL,
    township_code varchar(32) NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_auth_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_auth_sessions_accounts FOREIGN KEY (person_id, township_code)
        REFERENCES accounts (person_id, township_code) ON DELETE CASCADE,
    CONSTRAINT ck_auth_sessions_sha256_token CHECK (octet_length(token_hash) = 32),
    CONSTRAINT ck_auth_sessions_expires_later CHECK (expires_at > created_at)
);
CREATE INDEX ix_auth_sessions_person_id ON auth_sessions (person_id);

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth_sessions ENABLE ROW LEVEL SECURITY;
"""

FUNCTIONS = """
CREATE FUNCTION halfhour.administers(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM people p WHERE p.id = person
                      AND p.township_code = halfhour.my_township_as('administrator'));
END $$;

CREATE FUNCTION halfhour.account_to_sign_in(wanted text)
RETURNS TABLE (person_id bigint, name text, password_hash text, must_change boolean,
               failed_attempts smallint, locked_until timestamptz, disabled boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT a.person_id, p.name, a.password_hash, a.must_change, a.failed_attempts, a.locked_until,
           a.disabled_at IS NOT NULL
      FROM accounts a JOIN people p ON p.id = a.person_id WHERE a.login = lower(wanted)
$$;

CREATE FUNCTION halfhour.note_failure(wanted text, lock_after integer, lock_until timestamptz)
RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE accounts a
       SET failed_attempts = CASE WHEN a.failed_attempts + 1 >= lock_after THEN 0
                             ELSE a.failed_attempts + 1 END,
           locked_until = CASE WHEN a.failed_attempts + 1 >= lock_after THEN lock_until
                          ELSE a.locked_until END
     WHERE a.login = lower(wanted)
    RETURNING a.locked_until
$$;

CREATE FUNCTION halfhour.begin_session(person bigint, token bytea, at timestamptz,
                                       until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE accounts a SET failed_attempts = 0, locked_until = NULL
     WHERE a.person_id = person AND a.disabled_at IS NULL;
    INSERT INTO auth_sessions (token_hash, person_id, township_code, created_at, expires_at)
    SELECT token, a.person_id, a.township_code, at, until
      FROM accounts a WHERE a.person_id = person AND a.disabled_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no account is open for person %', person USING ERRCODE = 'HH005';
    END IF;
    DELETE FROM auth_sessions s WHERE s.person_id = person AND s.expires_at < at;
END $$;

CREATE FUNCTION halfhour.person_of_session(token bytea, at timestamptz)
RETURNS TABLE (person_id bigint, name text, must_change boolean, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.person_id, p.name, a.must_change, s.expires_at
      FROM auth_sessions s JOIN accounts a USING (person_id, township_code)
      JOIN people p ON p.id = s.person_id
     WHERE s.token_hash = token AND s.expires_at > at AND s.ended_at IS NULL
       AND a.disabled_at IS NULL
$$;

CREATE FUNCTION halfhour.end_session(token bytea, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE auth_sessions s SET ended_at = at WHERE s.token_hash = token AND s.ended_at IS NULL
$$;

CREATE FUNCTION halfhour.end_sessions_of(person bigint, at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    ended integer;
BEGIN
    IF person IS DISTINCT FROM halfhour.person_id() AND NOT halfhour.administers(person) THEN
        RAISE EXCEPTION 'not your account' USING ERRCODE = 'HH005';
    END IF;
    UPDATE auth_sessions s SET ended_at = at WHERE s.person_id = person AND s.ended_at IS NULL;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;

CREATE FUNCTION halfhour.add_account(person bigint, wanted text, hash text, change boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT halfhour.administers(person) THEN
        RAISE EXCEPTION 'only an administrator adds accounts' USING ERRCODE = 'HH005';
    END IF;
    INSERT INTO accounts (person_id, township_code, login, password_hash, must_change)
    SELECT p.id, p.township_code, lower(wanted), hash, change FROM people p WHERE p.id = person;
END $$;

CREATE FUNCTION halfhour.set_password(person bigint, hash text, change boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF person IS DISTINCT FROM halfhour.person_id() AND NOT halfhour.administers(person) THEN
        RAISE EXCEPTION 'not your account' USING ERRCODE = 'HH005';
    END IF;
    UPDATE accounts a SET password_hash = hash, must_change = change, failed_attempts = 0,
                          locked_until = NULL
     WHERE a.person_id = person;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'person % has no account', person USING ERRCODE = 'HH005';
    END IF;
END $$;

CREATE FUNCTION halfhour.set_disabled(person bigint, since timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT halfhour.administers(person) THEN
        RAISE EXCEPTION 'only an administrator disables accounts' USING ERRCODE = 'HH005';
    END IF;
    UPDATE accounts a SET disabled_at = since WHERE a.person_id = person;
    IF since IS NOT NULL THEN
        UPDATE auth_sessions s SET ended_at = since
         WHERE s.person_id = person AND s.ended_at IS NULL;
    END IF;
END $$;

CREATE FUNCTION halfhour.accounts_i_administer()
RETURNS TABLE (person_id bigint, login varchar, must_change boolean, locked_until timestamptz,
               disabled_at timestamptz, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT a.person_id, a.login, a.must_change, a.locked_until, a.disabled_at, a.created_at
      FROM accounts a
     WHERE a.township_code = (SELECT halfhour.my_township_as('administrator'))
     ORDER BY a.login
$$;

CREATE FUNCTION halfhour.my_login() RETURNS varchar
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT a.login FROM accounts a WHERE a.person_id = halfhour.person_id() $$;

GRANT EXECUTE ON FUNCTION
    halfhour.my_login(),
    halfhour.administers(bigint),
    halfhour.account_to_sign_in(text),
    halfhour.note_failure(text, integer, timestamptz),
    halfhour.begin_session(bigint, bytea, timestamptz, timestamptz),
    halfhour.person_of_session(bytea, timestamptz),
    halfhour.end_session(bytea, timestamptz),
    halfhour.end_sessions_of(bigint, timestamptz),
    halfhour.add_account(bigint, text, text, boolean),
    halfhour.set_password(bigint, text, boolean),
    halfhour.set_disabled(bigint, timestamptz),
    halfhour.accounts_i_administer()
TO halfhour_app;
"""

DOWN = """
DROP FUNCTION halfhour.my_login(), halfhour.administers(bigint), halfhour.account_to_sign_in(text),
    halfhour.note_failure(text, integer, timestamptz),
    halfhour.begin_session(bigint, bytea, timestamptz, timestamptz),
    halfhour.person_of_session(bytea, timestamptz), halfhour.end_session(bytea, timestamptz),
    halfhour.end_sessions_of(bigint, timestamptz),
    halfhour.add_account(bigint, text, text, boolean),
    halfhour.set_password(bigint, text, boolean), halfhour.set_disabled(bigint, timestamptz),
    halfhour.accounts_i_administer();
DROP TABLE auth_sessions, accounts;
"""


def upgrade() -> None:
    """Create accounts."""
    op.execute(TABLES)
    op.execute(FUNCTIONS)


def downgrade() -> None:
    """Remove them."""
    op.execute(DOWN)
