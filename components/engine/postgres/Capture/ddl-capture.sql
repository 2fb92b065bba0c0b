-- Run by a superuser in the source's database (on RDS by its main user): Holdfast's Store is then told of each change of a table.
-- It writes messages into the server's log, and publishes tables that come. A Store whose role is not a superuser also needs:
--     GRANT USAGE ON SCHEMA holdfast TO holdfast; GRANT SELECT, INSERT ON holdfast.hf_captured TO holdfast;
--     GRANT SELECT ON holdfast.hf_key TO holdfast
CREATE SCHEMA IF NOT EXISTS holdfast;
CREATE TABLE IF NOT EXISTS holdfast.hf_captured(pattern text PRIMARY KEY);

-- Anybody may write a message of any name into the log: those from here are sealed with what only their reader knows.
CREATE TABLE IF NOT EXISTS holdfast.hf_key(key bytea NOT NULL);
REVOKE ALL ON holdfast.hf_key FROM PUBLIC;
INSERT INTO holdfast.hf_key SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
    WHERE NOT EXISTS (SELECT FROM holdfast.hf_key);

CREATE OR REPLACE FUNCTION holdfast.hf_tell(told jsonb) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $holdfast$
DECLARE
    text bytea := convert_to((told || jsonb_build_object('xid', pg_current_xact_id()::text))::text, 'UTF8');
    key bytea := (SELECT k.key FROM holdfast.hf_key k);
BEGIN
    PERFORM pg_logical_emit_message(true, 'holdfast.ddl', sha256(key || sha256(key || text)) || text);
END $holdfast$;
REVOKE ALL ON FUNCTION holdfast.hf_tell(jsonb) FROM PUBLIC;

-- Tells what a statement has changed, with its text.
CREATE OR REPLACE FUNCTION holdfast.hf_told(query text, tag text, path text[], strings text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $holdfast$
DECLARE
    changed oid[];
    named jsonb;
    fresh record;
    failed text;
BEGIN
    SELECT array_agg(DISTINCT coalesce(pg_partition_root(c.oid), c.oid)) INTO changed
    FROM (
        SELECT coalesce(i.indrelid, d.objid) FROM pg_event_trigger_ddl_commands() d LEFT JOIN pg_index i ON i.indexrelid = d.objid
            WHERE d.classid = 'pg_class'::regclass
        UNION SELECT k.conrelid FROM pg_event_trigger_ddl_commands() d JOIN pg_constraint k ON k.oid = d.objid
            WHERE d.classid = 'pg_constraint'::regclass
        UNION SELECT a.attrelid FROM pg_event_trigger_ddl_commands() d
            JOIN pg_type y ON y.oid = d.objid OR y.typelem = d.objid OR y.typbasetype = d.objid JOIN pg_attribute a ON a.atttypid = y.oid
            WHERE d.classid = 'pg_type'::regclass
        UNION SELECT t.oid FROM pg_event_trigger_ddl_commands() d JOIN pg_class t ON t.relnamespace = d.objid
            WHERE d.classid = 'pg_namespace'::regclass
    ) AS o(oid) JOIN pg_class c ON c.oid = o.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('holdfast', 'pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\_toast%';
    IF changed IS NULL THEN
        RETURN;
    END IF;

    SELECT jsonb_agg(jsonb_build_array(n.nspname, c.relname)) INTO named
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY(changed);

    -- A table that comes, or comes to be one that is captured, is published before its first row.
    FOR fresh IN
        SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relreplident AS identity,
            c.relreplident = 'n' OR c.relreplident = 'd'
                AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS is_mute,
            NOT EXISTS (SELECT FROM pg_publication_rel r WHERE r.prrelid = c.oid AND r.prpubid = p.oid) AS is_new
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_publication p
        WHERE c.oid = ANY(changed) AND c.relpersistence = 'p' AND p.pubname = 'holdfast' AND NOT p.puballtables
            AND (EXISTS (SELECT FROM pg_publication_rel r WHERE r.prrelid = c.oid AND r.prpubid = p.oid)
                OR EXISTS (SELECT FROM holdfast.hf_captured w WHERE n.nspname || '.' || c.relname ~ w.pattern))
    LOOP
        BEGIN
            PERFORM set_config('holdfast.own', 'on', true);
            IF fresh.is_mute AND (fresh.is_new OR fresh.identity = 'd') THEN
                EXECUTE 'ALTER TABLE ' || fresh.name || ' REPLICA IDENTITY FULL';
            END IF;
            IF fresh.is_new THEN
                EXECUTE 'ALTER PUBLICATION holdfast ADD TABLE ' || fresh.name;
            END IF;
            PERFORM set_config('holdfast.own', '', true);
        EXCEPTION WHEN OTHERS THEN
            failed := fresh.name || ': ' || SQLERRM;
        END;
    END LOOP;

    PERFORM holdfast.hf_tell(jsonb_build_object('sql', query, 'tag', tag, 'path', path, 'tables', named, 'escapes', strings = 'off',
        'unpublished', failed, 'rewrite', coalesce(nullif(current_setting('holdfast.rewrite', true), ''), '0')::int));
    PERFORM set_config('holdfast.rewrite', '', true);
END $holdfast$;
REVOKE ALL ON FUNCTION holdfast.hf_told(text, text, text[], text) FROM PUBLIC;

-- Event triggers run with the search path of whoever changes a table, and with the rights of whoever made them: all here is named with its schema.

CREATE OR REPLACE FUNCTION holdfast.hf_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $holdfast$
BEGIN
    IF tg_tag OPERATOR(pg_catalog.!~) '^DROP |^COMMENT$|^GRANT$|^REVOKE$|^SECURITY LABEL$|^REINDEX$'
        AND pg_catalog.current_setting('holdfast.own', true) IS DISTINCT FROM 'on' THEN
        PERFORM holdfast.hf_told(pg_catalog.current_query(), tg_tag, pg_catalog.current_schemas(false)::pg_catalog.text[],
            pg_catalog.current_setting('standard_conforming_strings'));
    END IF;
END $holdfast$;

-- What goes is gone from the catalog already; a function that is STABLE still sees it as it was when the statement began.
CREATE OR REPLACE FUNCTION holdfast.hf_drop() RETURNS event_trigger LANGUAGE plpgsql STABLE SECURITY DEFINER AS $holdfast$
DECLARE
    named pg_catalog.jsonb;
    lost pg_catalog.jsonb;
BEGIN
    IF tg_tag OPERATOR(pg_catalog.!~) '^DROP ' OR pg_catalog.current_setting('holdfast.own', true) IS NOT DISTINCT FROM 'on' THEN
        RETURN;
    END IF;

    SELECT pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_array(o.s, o.t)) INTO named
    FROM (
        SELECT d.schema_name, d.object_name FROM pg_catalog.pg_event_trigger_dropped_objects() d
            WHERE d.object_type OPERATOR(pg_catalog.=) 'table' AND NOT d.is_temporary
        UNION ALL SELECT d.address_names[1], d.address_names[2] FROM pg_catalog.pg_event_trigger_dropped_objects() d
            WHERE d.object_type OPERATOR(pg_catalog.=) 'table column' AND NOT d.is_temporary
        UNION ALL SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text FROM pg_catalog.pg_event_trigger_dropped_objects() d
            JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) d.objid
            JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
            WHERE d.object_type OPERATOR(pg_catalog.=) 'index' AND d.original AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
        -- With a partition the rows of the table go that it is of.
        UNION ALL SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text FROM pg_catalog.pg_event_trigger_dropped_objects() d
            JOIN pg_catalog.pg_inherits h ON h.inhrelid OPERATOR(pg_catalog.=) d.objid
            JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) h.inhparent
            JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
            WHERE d.object_type OPERATOR(pg_catalog.=) 'table'
    ) AS o(s, t) WHERE o.s OPERATOR(pg_catalog.!~) '^(holdfast|pg_catalog|information_schema)$';
    SELECT pg_catalog.jsonb_agg(d.object_identity) INTO lost FROM pg_catalog.pg_event_trigger_dropped_objects() d
    WHERE d.object_type OPERATOR(pg_catalog.=) 'index' AND d.original AND NOT d.is_temporary
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid OPERATOR(pg_catalog.=) d.objid);
    IF named IS NOT NULL OR lost IS NOT NULL THEN
        PERFORM holdfast.hf_tell(pg_catalog.jsonb_build_object('sql', pg_catalog.current_query(), 'tag', tg_tag,
            'path', pg_catalog.current_schemas(false)::pg_catalog.text[], 'tables', coalesce(named, '[]'), 'lost', lost,
            'escapes', pg_catalog.current_setting('standard_conforming_strings') OPERATOR(pg_catalog.=) 'off'));
    END IF;
END $holdfast$;

-- Rows that are there may have got values that only this server can compute.
CREATE OR REPLACE FUNCTION holdfast.hf_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $holdfast$
BEGIN
    PERFORM pg_catalog.set_config('holdfast.rewrite', (('0' OPERATOR(pg_catalog.||) coalesce(pg_catalog.current_setting('holdfast.rewrite', true),
        ''))::pg_catalog.int4 OPERATOR(pg_catalog.|) pg_catalog.pg_event_trigger_table_rewrite_reason())::pg_catalog.text, true);
END $holdfast$;

COMMENT ON FUNCTION holdfast.hf_ddl() IS 'holdfast 1';
COMMENT ON FUNCTION holdfast.hf_drop() IS 'holdfast 1';
COMMENT ON FUNCTION holdfast.hf_rewrite() IS 'holdfast 1';
DROP EVENT TRIGGER IF EXISTS holdfast_ddl;
DROP EVENT TRIGGER IF EXISTS holdfast_drop;
DROP EVENT TRIGGER IF EXISTS holdfast_rewrite;
CREATE EVENT TRIGGER holdfast_ddl ON ddl_command_end EXECUTE FUNCTION holdfast.hf_ddl();
CREATE EVENT TRIGGER holdfast_drop ON sql_drop EXECUTE FUNCTION holdfast.hf_drop();
CREATE EVENT TRIGGER holdfast_rewrite ON table_rewrite EXECUTE FUNCTION holdfast.hf_rewrite();
-- Also for what replication writes here, which another Store may read.
ALTER EVENT TRIGGER holdfast_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER holdfast_drop ENABLE ALWAYS;
ALTER EVENT TRIGGER holdfast_rewrite ENABLE ALWAYS;
