-- One database a service; run once by the PostgreSQL image, while its volume is empty.
CREATE DATABASE demand;
CREATE DATABASE inventory;
CREATE DATABASE matching;
CREATE DATABASE notifications;
