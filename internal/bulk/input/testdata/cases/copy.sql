COPY public.customers (email, company) FROM stdin;
ann@example.com	Acme
\.
