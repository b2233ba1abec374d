package store

const (
	// applicationID marks a file as a sandbox database (PRAGMA application_id, "HYDC").
	applicationID = 0x48594443
	// SchemaVersion is the version that this program reads and writes (PRAGMA user_version).
	SchemaVersion = 1
)

// schema creates the tables. Times are microseconds since 1970 in UTC; ids are 16 bytes; keys, passwords and tokens are kept
// as hashes only. A customer's number (no) grows with every commit as long as none is deleted, which the index relies on.
const schema = `
CREATE TABLE tenant(
	no INTEGER PRIMARY KEY AUTOINCREMENT,
	id BLOB NOT NULL UNIQUE,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	epoch INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE member(
	no INTEGER PRIMARY KEY AUTOINCREMENT,
	id BLOB NOT NULL UNIQUE,
	tenant INTEGER NOT NULL REFERENCES tenant(no),
	email TEXT NOT NULL UNIQUE,
	salt BLOB NOT NULL,
	password BLOB NOT NULL,
	admin INTEGER NOT NULL
) STRICT;
CREATE TABLE api_key(
	no INTEGER PRIMARY KEY AUTOINCREMENT,
	id BLOB NOT NULL UNIQUE,
	tenant INTEGER NOT NULL REFERENCES tenant(no),
	name TEXT NOT NULL,
	hint TEXT NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	scopes TEXT NOT NULL,
	per_minute INTEGER NOT NULL,
	per_hour INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER,
	revoked_at INTEGER
) STRICT;
CREATE TABLE refresh_token(
	hash BLOB PRIMARY KEY,
	member INTEGER NOT NULL REFERENCES member(no),
	family BLOB NOT NULL,
	expires_at INTEGER NOT NULL,
	used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_family ON refresh_token(family);
CREATE TABLE customer(
	no INTEGER PRIMARY KEY,
	tenant INTEGER NOT NULL REFERENCES tenant(no),
	id BLOB NOT NULL,
	email TEXT,
	email_fold TEXT,
	email_unique TEXT,
	company_name TEXT,
	country_code TEXT,
	currency TEXT,
	industry TEXT,
	locale TEXT,
	timezone TEXT,
	stripe_customer_id TEXT,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	committed_at INTEGER NOT NULL,
	subscription_count INTEGER NOT NULL,
	active_subscription_count INTEGER NOT NULL,
	latest_subscription_status TEXT,
	instance_count INTEGER NOT NULL,
	running_instance_count INTEGER NOT NULL,
	subscriptions TEXT NOT NULL,
	instances TEXT NOT NULL,
	rules INTEGER NOT NULL,
	cloned_from BLOB,
	request_id TEXT,
	attempt INTEGER NOT NULL
) STRICT;
CREATE TABLE meta(
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT;
`

// indexes are created after the seeds, which is faster. Every create pays for each of them, so lists have none: see index.
const indexes = `
CREATE UNIQUE INDEX customer_id ON customer(id);
CREATE UNIQUE INDEX customer_email ON customer(tenant, email_unique);
`
