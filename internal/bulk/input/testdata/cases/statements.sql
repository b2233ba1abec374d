insert into customers values ('ann@example.com','Acme');
