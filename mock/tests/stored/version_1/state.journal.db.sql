BEGIN TRANSACTION;
CREATE TABLE journal (world TEXT NOT NULL, number BIGINT NOT NULL, content TEXT NOT NULL,
       PRIMARY KEY (world, number));
INSERT INTO "journal" VALUES('default',1,'{"number":1,"at":4102444800000000,"request_id":"d5ecb0ccc11b5af3","method":"GET","operation":"getToken","client_id":"hospital-6-default","parameters":{},"status":200,"requirement":null,"duration_us":16289,"bytes_sent":712,"delivered":true,"fault":null,"got":null,"path":"/oauth2/token","claimed_client_id":null}');
INSERT INTO "journal" VALUES('default',2,'{"number":2,"at":4102444800000000,"request_id":"c31a379bd7039e9f","method":"GET","operation":"listReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital","limit":"2"},"status":200,"requirement":null,"duration_us":11607,"bytes_sent":654,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO "journal" VALUES('default',3,'{"number":3,"at":4102444800000000,"request_id":"79a88c8314e49e44","method":"POST","operation":"acknowledgeReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital"},"status":200,"requirement":null,"duration_us":2763,"bytes_sent":116,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO "journal" VALUES('default',4,'{"number":4,"at":4102444800000000,"request_id":"ce44285b526d28b8","method":"GET","operation":"listReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital","limit":"2"},"status":200,"requirement":null,"duration_us":8255,"bytes_sent":654,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO "journal" VALUES('default',5,'{"number":5,"at":4102444800000000,"request_id":"9f0400d2a9ffa7d4","method":"GET","operation":"getStatus","client_id":"hospital-6-default","parameters":{"order_id":"ORD-1"},"status":404,"requirement":"STATUS-4","duration_us":5302,"bytes_sent":218,"delivered":true,"fault":null,"got":"Your organization has no order ''ORD-1''. Identifiers match exactly: check case and spelling.","path":"/status","claimed_client_id":null}');
INSERT INTO "journal" VALUES('default',6,'{"number":6,"at":4102444800000000,"request_id":"05ae46b22b4e6ba1","method":"GET","operation":"getStatus","client_id":"hospital-6-default","parameters":{"order_id":"ORD-1"},"status":503,"requirement":null,"duration_us":16090,"bytes_sent":206,"delivered":true,"fault":"fault-6 status 503","got":"A fault that was set answers this call; see the journal.","path":"/status","claimed_client_id":null}');
INSERT INTO "journal" VALUES('1e3460cd',1,'{"number":1,"at":1,"request_id":"id","method":"GET","operation":"/status","client_id":null,"parameters":{},"status":404,"requirement":null,"duration_us":5,"bytes_sent":10,"delivered":true,"fault":null,"got":null,"path":"","claimed_client_id":null}');
CREATE TABLE journal_counters (world TEXT NOT NULL, operation TEXT NOT NULL,
       status INTEGER NOT NULL, client_id TEXT NOT NULL, total BIGINT NOT NULL,
       PRIMARY KEY (world, operation, status, client_id));
INSERT INTO "journal_counters" VALUES('default','getToken',200,'hospital-6-default',1);
INSERT INTO "journal_counters" VALUES('default','listReports',200,'hospital-6-default',2);
INSERT INTO "journal_counters" VALUES('default','acknowledgeReports',200,'hospital-6-default',1);
INSERT INTO "journal_counters" VALUES('default','getStatus',404,'hospital-6-default',1);
INSERT INTO "journal_counters" VALUES('default','getStatus',503,'hospital-6-default',1);
INSERT INTO "journal_counters" VALUES('1e3460cd','/status',404,'',1);
CREATE TABLE journal_numbers (world TEXT PRIMARY KEY, last BIGINT NOT NULL);
INSERT INTO "journal_numbers" VALUES('default',6);
INSERT INTO "journal_numbers" VALUES('1e3460cd',1);
COMMIT;
