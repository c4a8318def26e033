CREATE TABLE `endpoints` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`first_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoints_id_unique` ON `endpoints` (`id`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`id` integer PRIMARY KEY NOT NULL,
	`service` text NOT NULL,
	`endpoint` integer NOT NULL,
	`from_at` integer,
	`to_at` integer
);
--> statement-breakpoint
CREATE INDEX `memberships_service` ON `memberships` (`service`);--> statement-breakpoint
CREATE TABLE `services` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`group` text,
	`rule` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `maintenance` (
	`id` text PRIMARY KEY NOT NULL,
	`services` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`title` text NOT NULL,
	`announced` integer
);
--> statement-breakpoint
CREATE TABLE `outages` (
	`id` text PRIMARY KEY NOT NULL,
	`service` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer,
	`merged_into` text
);
--> statement-breakpoint
CREATE INDEX `outages_service` ON `outages` (`service`,`from_at`);--> statement-breakpoint
CREATE TABLE `runs` (
	`endpoint` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`failures` integer NOT NULL,
	`last_failed` integer NOT NULL,
	`starts_after` integer,
	`confirmed_at` integer,
	`reason` text NOT NULL,
	PRIMARY KEY(`endpoint`, `from_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `unknown_spans` (
	`endpoint` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	PRIMARY KEY(`endpoint`, `from_at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `check_blocks` (
	`id` integer PRIMARY KEY NOT NULL,
	`endpoint` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`count` integer NOT NULL,
	`data` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `check_blocks_endpoint` ON `check_blocks` (`endpoint`,`from_at`);--> statement-breakpoint
CREATE TABLE `latency_hours` (
	`endpoint` integer NOT NULL,
	`hour` integer NOT NULL,
	`up` integer NOT NULL,
	`down` integer NOT NULL,
	`unknown` integer NOT NULL,
	`histogram` blob NOT NULL,
	PRIMARY KEY(`endpoint`, `hour`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `observations` (
	`endpoint` integer NOT NULL,
	`at` integer NOT NULL,
	`seen` text NOT NULL,
	PRIMARY KEY(`endpoint`, `at`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `policies` (
	`id` integer PRIMARY KEY NOT NULL,
	`hold` integer,
	`failures` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `reasons` (
	`id` integer PRIMARY KEY NOT NULL,
	`text` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reasons_text_unique` ON `reasons` (`text`);--> statement-breakpoint
CREATE TABLE `recent_checks` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`endpoint` integer NOT NULL,
	`code` integer NOT NULL,
	`policy` integer NOT NULL,
	`latency` integer
);
--> statement-breakpoint
CREATE TABLE `standings` (
	`endpoint` integer PRIMARY KEY NOT NULL,
	`current` text,
	`pruned` text
);
