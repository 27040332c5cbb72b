CREATE TABLE public.clients (
    client_id text NOT NULL,
    world text NOT NULL,
    place integer NOT NULL,
    client_secret text NOT NULL,
    organization_id text NOT NULL,
    scopes text NOT NULL
);
CREATE TABLE public.faults (
    world text NOT NULL,
    number bigint NOT NULL,
    content text NOT NULL,
    set_at bigint NOT NULL,
    matched bigint NOT NULL,
    met bigint NOT NULL
);
CREATE TABLE public.files (
    world text NOT NULL,
    digest text NOT NULL,
    content text NOT NULL
);
CREATE TABLE public.journal (
    world text NOT NULL,
    number bigint NOT NULL,
    content text NOT NULL
);
CREATE TABLE public.journal_counters (
    world text NOT NULL,
    operation text NOT NULL,
    status integer NOT NULL,
    client_id text NOT NULL,
    total bigint NOT NULL
);
CREATE TABLE public.journal_numbers (
    world text NOT NULL,
    last bigint NOT NULL
);
CREATE TABLE public.listings (
    world text NOT NULL,
    organization_id text NOT NULL,
    client_id text NOT NULL,
    counter bigint NOT NULL,
    last_ready bigint NOT NULL,
    last_number bigint NOT NULL,
    last_version integer NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.orders (
    world text NOT NULL,
    organization_id text NOT NULL,
    order_id text NOT NULL,
    number bigint NOT NULL,
    study_uid text NOT NULL,
    study_group text,
    content text NOT NULL
);
CREATE TABLE public.pacsimile (
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.queues (
    world text NOT NULL,
    organization_id text NOT NULL,
    counter bigint NOT NULL
);
CREATE TABLE public.reports (
    world text NOT NULL,
    report_id text NOT NULL,
    organization_id text NOT NULL,
    order_id text NOT NULL,
    number bigint NOT NULL,
    version integer NOT NULL,
    ready_at bigint NOT NULL,
    supersedes text,
    ready bigint,
    superseded bigint,
    acknowledged bigint
);
CREATE TABLE public.revoked (
    world text NOT NULL,
    digest text NOT NULL
);
CREATE TABLE public.throttled (
    world text NOT NULL,
    client_id text NOT NULL,
    status integer NOT NULL
);
CREATE TABLE public.tokens (
    world text NOT NULL,
    digest text NOT NULL,
    content text NOT NULL
);
CREATE TABLE public.worlds (
    name text NOT NULL,
    options text NOT NULL,
    clock text NOT NULL,
    numbers bigint NOT NULL,
    changed bigint NOT NULL,
    resets bigint NOT NULL,
    used_at bigint NOT NULL
);
INSERT INTO public.clients VALUES ('demo-hospital', 'default', 0, 'demo-hospital-secret', 'demo-hospital', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('demo-hospital-archive', 'default', 1, 'demo-hospital-archive-secret', 'demo-hospital', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('demo-hospital-status', 'default', 2, 'demo-hospital-status-secret', 'demo-hospital', 'status.read');
INSERT INTO public.clients VALUES ('demo-hospital-ingest', 'default', 3, 'demo-hospital-ingest-secret', 'demo-hospital', 'ingest.write');
INSERT INTO public.clients VALUES ('demo-clinic', 'default', 4, 'demo-clinic-secret', 'demo-clinic', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('hospital-6-default', 'default', 5, '0XSP7rlUb4Vp2b72wWRZ8LlL', 'hospital', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('demo-hospital-5235efb9', '5235efb9', 0, 'ryfWTu9Jwd-6_UQTQSMhoXNL', 'demo-hospital', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('demo-hospital-archive-5235efb9', '5235efb9', 1, 'CXms7yUTNKPvATJ98RCPIYt2', 'demo-hospital', 'status.read reports.read reports.ack');
INSERT INTO public.clients VALUES ('demo-hospital-status-5235efb9', '5235efb9', 2, 'K4TTbx3GbRkTmVhbOoP1dART', 'demo-hospital', 'status.read');
INSERT INTO public.clients VALUES ('demo-hospital-ingest-5235efb9', '5235efb9', 3, 'VYFMSeHYiR4hzc8RptX2WU2v', 'demo-hospital', 'ingest.write');
INSERT INTO public.clients VALUES ('demo-clinic-5235efb9', '5235efb9', 4, '67kxsfu69WcZZeJGc6w9vi2l', 'demo-clinic', 'status.read reports.read reports.ack');
INSERT INTO public.faults VALUES ('default', 6, '{"match":{"operation":"getStatus","every":2},"effect":{"status":503,"retry_after":2}}', 4102444800000000, 2, 1);
INSERT INTO public.files VALUES ('default', 'digest', 'Y29udGVudA==');
INSERT INTO public.journal VALUES ('default', 1, '{"number":1,"at":4102444800000000,"request_id":"58f9865df9f07918","method":"GET","operation":"getToken","client_id":"hospital-6-default","parameters":{},"status":200,"requirement":null,"duration_us":319,"bytes_sent":712,"delivered":true,"fault":null,"got":null,"path":"/oauth2/token","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('default', 2, '{"number":2,"at":4102444800000000,"request_id":"eb73c4d6a0e90535","method":"GET","operation":"listReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital","limit":"2"},"status":200,"requirement":null,"duration_us":5811,"bytes_sent":654,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('default', 3, '{"number":3,"at":4102444800000000,"request_id":"6aca76256b29ce6c","method":"POST","operation":"acknowledgeReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital"},"status":200,"requirement":null,"duration_us":8027,"bytes_sent":116,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('default', 4, '{"number":4,"at":4102444800000000,"request_id":"d3569a115e7ab113","method":"GET","operation":"listReports","client_id":"hospital-6-default","parameters":{"organizationId":"hospital","limit":"2"},"status":200,"requirement":null,"duration_us":2542,"bytes_sent":654,"delivered":true,"fault":null,"got":null,"path":"/reports","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('default', 5, '{"number":5,"at":4102444800000000,"request_id":"3cbf377dc5083f6d","method":"GET","operation":"getStatus","client_id":"hospital-6-default","parameters":{"order_id":"ORD-1"},"status":404,"requirement":"STATUS-4","duration_us":904,"bytes_sent":218,"delivered":true,"fault":null,"got":"Your organization has no order ''ORD-1''. Identifiers match exactly: check case and spelling.","path":"/status","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('default', 6, '{"number":6,"at":4102444800000000,"request_id":"0c7af147da431adc","method":"GET","operation":"getStatus","client_id":"hospital-6-default","parameters":{"order_id":"ORD-1"},"status":503,"requirement":null,"duration_us":6493,"bytes_sent":206,"delivered":true,"fault":"fault-6 status 503","got":"A fault that was set answers this call; see the journal.","path":"/status","claimed_client_id":null}');
INSERT INTO public.journal VALUES ('5235efb9', 1, '{"number":1,"at":1,"request_id":"id","method":"GET","operation":"/status","client_id":null,"parameters":{},"status":404,"requirement":null,"duration_us":5,"bytes_sent":10,"delivered":true,"fault":null,"got":null,"path":"","claimed_client_id":null}');
INSERT INTO public.journal_counters VALUES ('default', 'getToken', 200, 'hospital-6-default', 1);
INSERT INTO public.journal_counters VALUES ('default', 'acknowledgeReports', 200, 'hospital-6-default', 1);
INSERT INTO public.journal_counters VALUES ('default', 'listReports', 200, 'hospital-6-default', 2);
INSERT INTO public.journal_counters VALUES ('default', 'getStatus', 404, 'hospital-6-default', 1);
INSERT INTO public.journal_counters VALUES ('default', 'getStatus', 503, 'hospital-6-default', 1);
INSERT INTO public.journal_counters VALUES ('5235efb9', '/status', 404, '', 1);
INSERT INTO public.journal_numbers VALUES ('default', 6);
INSERT INTO public.journal_numbers VALUES ('5235efb9', 1);
INSERT INTO public.listings VALUES ('default', 'hospital', 'hospital-6-default', 2, 4102444737000000, 4, 1, 4102444800000000);
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000001', 1, '1.3.6.1.4.1.32473.1.8673419672009285157.1', NULL, '{"seed":1,"study_number":1,"created_at":4102441200000000,"submitted":1,"plan":[[4102441200000000,"RECEIVED",0],[4102444734000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000002', 2, '1.3.6.1.4.1.32473.1.8673419672009285157.2', NULL, '{"seed":1,"study_number":2,"created_at":4102441200000000,"submitted":2,"plan":[[4102441200000000,"RECEIVED",0],[4102444735000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000003', 3, '1.3.6.1.4.1.32473.1.8673419672009285157.3', NULL, '{"seed":1,"study_number":3,"created_at":4102441200000000,"submitted":3,"plan":[[4102441200000000,"RECEIVED",0],[4102444736000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000004', 4, '1.3.6.1.4.1.32473.1.8673419672009285157.4', NULL, '{"seed":1,"study_number":4,"created_at":4102441200000000,"submitted":4,"plan":[[4102441200000000,"RECEIVED",0],[4102444737000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000005', 5, '1.3.6.1.4.1.32473.1.8673419672009285157.5', NULL, '{"seed":1,"study_number":5,"created_at":4102441200000000,"submitted":5,"plan":[[4102441200000000,"RECEIVED",0],[4102444738000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000006', 6, '1.3.6.1.4.1.32473.1.8673419672009285157.6', NULL, '{"seed":1,"study_number":6,"created_at":4102441200000000,"submitted":6,"plan":[[4102441200000000,"RECEIVED",0],[4102444739000000,"COMPLETED",100]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000007', 7, '1.2.3', 'group', '{"seed":1,"study_number":7,"created_at":4102441200000000,"submitted":7,"plan":[[4102441200000000,"RECEIVED",0],[4102444740000000,"PROCESSING",40]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000008', 8, '1.2.3', 'group', '{"seed":1,"study_number":7,"created_at":4102441200000000,"submitted":8,"plan":[[4102441200000000,"RECEIVED",0],[4102444740000000,"COMPLETED",100]],"offset":-360,"amendments":[4102444800000000],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'clinic', 'ORD-5QBC5V-000009', 9, '1.3.6.1.4.1.32473.1.8673419672009285157.9', NULL, '{"seed":1,"study_number":9,"created_at":4102441200000000,"submitted":9,"plan":[[4102441200000000,"RECEIVED",0]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":null,"report_files":null,"images_at":null}');
INSERT INTO public.orders VALUES ('default', 'hospital', 'ORD-5QBC5V-000010', 10, '1.3.6.1.4.1.32473.1.8673419672009285157.10', NULL, '{"seed":1,"study_number":10,"created_at":4102444800000000,"submitted":10,"plan":[[4102444800000000,"RECEIVED",0]],"offset":-360,"amendments":[],"report_types":null,"patient":null,"polls":[0,[[1,"PROCESSING",5],[2,"PROCESSING",50],[3,"COMPLETED",100]]],"report_files":null,"images_at":null}');
INSERT INTO public.pacsimile VALUES ('schema', '1-4573c0dc');
INSERT INTO public.pacsimile VALUES ('control-token', 'control');
INSERT INTO public.pacsimile VALUES ('issuers', '["http://127.0.0.1:8080"]');
INSERT INTO public.pacsimile VALUES ('signing-keys', '[{"crv":"P-256","x":"t593BLPCkWmmMS0AmPEF-tBvd17aEerSDMZvkDdgIC4","y":"XHQpNr_fA_Kq8bWoXcNAfhv-ylaXR1Dade1HPheudTE","d":"oWW7Q9C15Zda1LDFsoVsLjdgSlAxuNwleak7FhLet9A","use":"sig","alg":"ES256","kty":"EC","kid":"4uL0-KnBoezt8K4ZRaAbZxMMZn49LieNn6QZPb8kNdA"}]');
INSERT INTO public.pacsimile VALUES ('journal-salt', '1dbb90070bb8f05df7096f00be785b7c');
INSERT INTO public.pacsimile VALUES ('generation', '11');
INSERT INTO public.queues VALUES ('default', 'hospital', 2);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000003-1', 'hospital', 'ORD-5QBC5V-000003', 3, 1, 4102444736000000, NULL, 1, NULL, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000004-1', 'hospital', 'ORD-5QBC5V-000004', 4, 1, 4102444737000000, NULL, 1, NULL, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000005-1', 'hospital', 'ORD-5QBC5V-000005', 5, 1, 4102444738000000, NULL, 1, NULL, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000006-1', 'hospital', 'ORD-5QBC5V-000006', 6, 1, 4102444739000000, NULL, 1, NULL, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000008-2', 'hospital', 'ORD-5QBC5V-000008', 8, 2, 4102444800000000, 'REP-5QBC5V-000008-1', 1, NULL, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000008-1', 'hospital', 'ORD-5QBC5V-000008', 8, 1, 4102444740000000, NULL, 1, 1, NULL);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000001-1', 'hospital', 'ORD-5QBC5V-000001', 1, 1, 4102444734000000, NULL, 1, NULL, 2);
INSERT INTO public.reports VALUES ('default', 'REP-5QBC5V-000002-1', 'hospital', 'ORD-5QBC5V-000002', 2, 1, 4102444735000000, NULL, 1, NULL, 2);
INSERT INTO public.revoked VALUES ('5235efb9', 'digest');
INSERT INTO public.throttled VALUES ('5235efb9', 'nobody', 429);
INSERT INTO public.tokens VALUES ('5235efb9', 'digest', 'content');
INSERT INTO public.worlds VALUES ('default', '{"scenario":"empty","seed":1,"pace":"manual","defects":[],"token_format":"jwt","report_types":null,"time":null,"undecided":[]}', '[2306556024241062,4102444800000000]', 10, 6, 0, 1795888775701916);
INSERT INTO public.worlds VALUES ('5235efb9', '{"scenario":"empty","seed":1,"pace":"manual","defects":[],"token_format":"opaque","report_types":null,"time":"2100-01-01T00:00:00+00:00","undecided":[]}', '[2306556024098512,4102444800000000]', 0, 11, 0, 1795888775900934);
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (client_id);
ALTER TABLE ONLY public.faults
    ADD CONSTRAINT faults_pkey PRIMARY KEY (world, number);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (world, digest);
ALTER TABLE ONLY public.journal_counters
    ADD CONSTRAINT journal_counters_pkey PRIMARY KEY (world, operation, status, client_id);
ALTER TABLE ONLY public.journal_numbers
    ADD CONSTRAINT journal_numbers_pkey PRIMARY KEY (world);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (world, number);
ALTER TABLE ONLY public.listings
    ADD CONSTRAINT listings_pkey PRIMARY KEY (world, organization_id, client_id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (world, order_id);
ALTER TABLE ONLY public.pacsimile
    ADD CONSTRAINT pacsimile_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (world, organization_id);
ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (world, report_id);
ALTER TABLE ONLY public.revoked
    ADD CONSTRAINT revoked_pkey PRIMARY KEY (world, digest);
ALTER TABLE ONLY public.throttled
    ADD CONSTRAINT throttled_pkey PRIMARY KEY (world, client_id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (world, digest);
ALTER TABLE ONLY public.worlds
    ADD CONSTRAINT worlds_pkey PRIMARY KEY (name);
CREATE INDEX clients_of_world ON public.clients USING btree (world, place);
CREATE INDEX orders_of_group ON public.orders USING btree (world, organization_id, study_group, number) WHERE (study_group IS NOT NULL);
CREATE INDEX orders_of_organization ON public.orders USING btree (world, organization_id, number);
CREATE INDEX orders_of_study ON public.orders USING btree (world, organization_id, study_uid, number);
CREATE INDEX reports_planned ON public.reports USING btree (world, organization_id, ready_at) WHERE (ready IS NULL);
CREATE INDEX reports_planned_of_order ON public.reports USING btree (world, order_id) WHERE (ready IS NULL);
CREATE INDEX reports_superseding ON public.reports USING btree (world, organization_id, ready) WHERE (supersedes IS NOT NULL);
CREATE INDEX reports_waiting ON public.reports USING btree (world, organization_id, ready_at, number, version) WHERE ((acknowledged IS NULL) AND (ready IS NOT NULL));
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.faults
    ADD CONSTRAINT faults_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.listings
    ADD CONSTRAINT listings_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.queues
    ADD CONSTRAINT queues_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.revoked
    ADD CONSTRAINT revoked_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.throttled
    ADD CONSTRAINT throttled_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_world_fkey FOREIGN KEY (world) REFERENCES public.worlds(name) ON DELETE CASCADE;
