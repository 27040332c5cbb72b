BEGIN TRANSACTION;
CREATE TABLE clients (client_id TEXT PRIMARY KEY, world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, place INTEGER NOT NULL,
       client_secret TEXT NOT NULL, organization_id TEXT NOT NULL, scopes TEXT NOT NULL);
INSERT INTO "clients" VALUES('demo-hospital','default',0,'demo-hospital-secret','demo-hospital','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('demo-hospital-archive','default',1,'demo-hospital-archive-secret','demo-hospital','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('demo-hospital-status','default',2,'demo-hospital-status-secret','demo-hospital','status.read');
INSERT INTO "clients" VALUES('demo-hospital-ingest','default',3,'demo-hospital-ingest-secret','demo-hospital','ingest.write');
INSERT INTO "clients" VALUES('demo-clinic','default',4,'demo-clinic-secret','demo-clinic','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('hospital-6-default','default',5,'4A2qAKdDNwnbH7R7RW6Kch1V','hospital','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('demo-hospital-1e3460cd','1e3460cd',0,'9WDy4diwuQbwwgPA5s_nBcC8','demo-hospital','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('demo-hospital-archive-1e3460cd','1e3460cd',1,'2_jmgd3q53fGA0Vjx5CeYOCw','demo-hospital','status.read reports.read reports.ack');
INSERT INTO "clients" VALUES('demo-hospital-status-1e3460cd','1e3460cd',2,'OHSK0_je2Be921MhbegoW7a5','demo-hospital','status.read');
INSERT INTO "clients" VALUES('demo-hospital-ingest-1e3460cd','1e3460cd',3,'R2NUmiMbLlDJWEcPZ-rIMUDh','demo-hospital','ingest.write');
INSERT INTO "clients" VALUES('demo-clinic-1e3460cd','1e3460cd',4,'4AHV0KP7p6bbkbsN6z9EPSnp','demo-clinic','status.read reports.read reports.ack');
CREATE TABLE faults (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, number BIGINT NOT NULL, content TEXT NOT NULL, set_at BIGINT NOT NULL,
       matched BIGINT NOT NULL, met BIGINT NOT NULL, PRIMARY KEY (world, number));
INSERT INTO "faults" VALUES('default',6,'{"match":{"operation":"getStatus","every":2},"effect":{"status":503,"retry_after":2}}',4102444800000000,2,1);
CREATE TABLE files (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, digest TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (world, digest));
INSERT INTO "files" VALUES('default','digest','Y29udGVudA==');
CREATE TABLE listings (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, organization_id TEXT NOT NULL, client_id TEXT NOT NULL,
       counter BIGINT NOT NULL, last_ready BIGINT NOT NULL, last_number BIGINT NOT NULL, last_version INTEGER NOT NULL,
       at BIGINT NOT NULL, PRIMARY KEY (world, organization_id, client_id));
INSERT INTO "listings" VALUES('default','hospital','hospital-6-default',2,4102444737000000,4,1,4102444800000000);
CREATE TABLE orders (world TEXT NOT NULL, organization_id TEXT NOT NULL, order_id TEXT NOT NULL,
       number BIGINT NOT NULL, study_uid TEXT NOT NULL, study_group TEXT, content TEXT NOT NULL,
       PRIMARY KEY (world, order_id));
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000001',1,'1.3.6.1.4.1.32473.1.8673419672009285157.1',NULL,'{"seed":1,"study_number":1,"created_at":4102441200000000,"submitted":1,"plan":[[4102441200000000,"RECEIVED",0],[4102444734000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000002',2,'1.3.6.1.4.1.32473.1.8673419672009285157.2',NULL,'{"seed":1,"study_number":2,"created_at":4102441200000000,"submitted":2,"plan":[[4102441200000000,"RECEIVED",0],[4102444735000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000003',3,'1.3.6.1.4.1.32473.1.8673419672009285157.3',NULL,'{"seed":1,"study_number":3,"created_at":4102441200000000,"submitted":3,"plan":[[4102441200000000,"RECEIVED",0],[4102444736000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000004',4,'1.3.6.1.4.1.32473.1.8673419672009285157.4',NULL,'{"seed":1,"study_number":4,"created_at":4102441200000000,"submitted":4,"plan":[[4102441200000000,"RECEIVED",0],[4102444737000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000005',5,'1.3.6.1.4.1.32473.1.8673419672009285157.5',NULL,'{"seed":1,"study_number":5,"created_at":4102441200000000,"submitted":5,"plan":[[4102441200000000,"RECEIVED",0],[4102444738000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000006',6,'1.3.6.1.4.1.32473.1.8673419672009285157.6',NULL,'{"seed":1,"study_number":6,"created_at":4102441200000000,"submitted":6,"plan":[[4102441200000000,"RECEIVED",0],[4102444739000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000007',7,'1.2.3','group','{"seed":1,"study_number":7,"created_at":4102441200000000,"submitted":7,"plan":[[4102441200000000,"RECEIVED",0],[4102444740000000,"PROCESSING",40]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000008',8,'1.2.3','group','{"seed":1,"study_number":7,"created_at":4102441200000000,"submitted":8,"plan":[[4102441200000000,"RECEIVED",0],[4102444740000000,"COMPLETED",100]],"offset":-360,"amendments":[4102444800000000],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','clinic','ORD-5QBC5V-000009',9,'1.3.6.1.4.1.32473.1.8673419672009285157.9',NULL,'{"seed":1,"study_number":9,"created_at":4102441200000000,"submitted":9,"plan":[[4102441200000000,"RECEIVED",0]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO "orders" VALUES('default','hospital','ORD-5QBC5V-000010',10,'1.3.6.1.4.1.32473.1.8673419672009285157.10',NULL,'{"seed":1,"study_number":10,"created_at":4102444800000000,"submitted":10,"plan":[[4102444800000000,"RECEIVED",0]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":[0,[[1,"PROCESSING",5],[2,"PROCESSING",50],[3,"COMPLETED",100]]],"report_files":null,"images_at":null}');
CREATE TABLE pacsimile (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "pacsimile" VALUES('schema','1-4573c0dc');
INSERT INTO "pacsimile" VALUES('generation','11');
INSERT INTO "pacsimile" VALUES('control-token','control');
INSERT INTO "pacsimile" VALUES('issuers','["http://127.0.0.1:8080"]');
INSERT INTO "pacsimile" VALUES('signing-keys','[{"crv":"P-256","x":"PUojvvnMWyriOuVPBgJxo-c3WO5Yk8Z3LZQCjYOvt0g","y":"bbx6-3zuxIMGtYyY_16ZqfITz3VXlHhv7QNbgRM-6z8","d":"dMV3dklaVqWb3PpjidRxAo21yLq87VEkF6EahSC99mg","use":"sig","alg":"ES256","kty":"EC","kid":"OJgIyJWCm-4Rd1MM1YZ4ZkTQ_j55TBKei578qp-HU4M"}]');
INSERT INTO "pacsimile" VALUES('journal-salt','97bf19a110634d5c6b161bd7d145bd21');
CREATE TABLE queues (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, organization_id TEXT NOT NULL, counter BIGINT NOT NULL,
       PRIMARY KEY (world, organization_id));
INSERT INTO "queues" VALUES('default','hospital',2);
CREATE TABLE reports (world TEXT NOT NULL, report_id TEXT NOT NULL, organization_id TEXT NOT NULL,
       order_id TEXT NOT NULL, number BIGINT NOT NULL, version INTEGER NOT NULL, ready_at BIGINT NOT NULL,
       supersedes TEXT, ready BIGINT, superseded BIGINT, acknowledged BIGINT, PRIMARY KEY (world, report_id));
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000001-1','hospital','ORD-5QBC5V-000001',1,1,4102444734000000,NULL,1,NULL,2);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000002-1','hospital','ORD-5QBC5V-000002',2,1,4102444735000000,NULL,1,NULL,2);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000003-1','hospital','ORD-5QBC5V-000003',3,1,4102444736000000,NULL,1,NULL,NULL);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000004-1','hospital','ORD-5QBC5V-000004',4,1,4102444737000000,NULL,1,NULL,NULL);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000005-1','hospital','ORD-5QBC5V-000005',5,1,4102444738000000,NULL,1,NULL,NULL);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000006-1','hospital','ORD-5QBC5V-000006',6,1,4102444739000000,NULL,1,NULL,NULL);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000008-1','hospital','ORD-5QBC5V-000008',8,1,4102444740000000,NULL,1,1,NULL);
INSERT INTO "reports" VALUES('default','REP-5QBC5V-000008-2','hospital','ORD-5QBC5V-000008',8,2,4102444800000000,'REP-5QBC5V-000008-1',1,NULL,NULL);
CREATE TABLE revoked (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, digest TEXT NOT NULL, PRIMARY KEY (world, digest));
INSERT INTO "revoked" VALUES('1e3460cd','digest');
CREATE TABLE throttled (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, client_id TEXT NOT NULL, status INTEGER NOT NULL,
       PRIMARY KEY (world, client_id));
INSERT INTO "throttled" VALUES('1e3460cd','nobody',429);
CREATE TABLE tokens (world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE, digest TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (world, digest));
INSERT INTO "tokens" VALUES('1e3460cd','digest','content');
CREATE TABLE worlds (name TEXT PRIMARY KEY, options TEXT NOT NULL, clock TEXT NOT NULL, numbers BIGINT NOT NULL,
       changed BIGINT NOT NULL, resets BIGINT NOT NULL, used_at BIGINT NOT NULL);
INSERT INTO "worlds" VALUES('default','{"scenario":"empty","seed":1,"pace":"manual","defects":[],"token_format":"jwt","report_types":null,"time":null,"undecided":[]}','[2306556025196624,4102444800000000]',10,6,0,1795888774695533);
INSERT INTO "worlds" VALUES('1e3460cd','{"scenario":"empty","seed":1,"pace":"manual","defects":[],"token_format":"opaque","report_types":null,"time":"2100-01-01T00:00:00+00:00","undecided":[]}','[2306556025006571,4102444800000000]',0,11,0,1795888774993327);
CREATE INDEX clients_of_world ON clients (world, place);
CREATE INDEX orders_of_organization ON orders (world, organization_id, number);
CREATE INDEX orders_of_study ON orders (world, organization_id, study_uid, number);
CREATE INDEX orders_of_group ON orders (world, organization_id, study_group, number)
       WHERE study_group IS NOT NULL;
CREATE INDEX reports_waiting ON reports (world, organization_id, ready_at, number, version)
       WHERE acknowledged IS NULL AND ready IS NOT NULL;
CREATE INDEX reports_planned ON reports (world, organization_id, ready_at) WHERE ready IS NULL;
CREATE INDEX reports_planned_of_order ON reports (world, order_id) WHERE ready IS NULL;
CREATE INDEX reports_superseding ON reports (world, organization_id, ready) WHERE supersedes IS NOT NULL;
COMMIT;
