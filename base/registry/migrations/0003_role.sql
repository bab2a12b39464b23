-- What an organisation is besides its kind, by its own word: further laws hang on it.
ALTER TABLE registry_organisation ADD COLUMN critical BIGINT NOT NULL DEFAULT 0; -- designated under Directive (EU) 2022/2557
ALTER TABLE registry_organisation ADD COLUMN maker BIGINT NOT NULL DEFAULT 0; -- of products with digital elements, Regulation (EU) 2024/2847
