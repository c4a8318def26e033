CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`role` text,
	`address` text,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`before` text,
	`after` text,
	`reason` text
);
--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject_kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE TABLE `claim_readings` (
	`claim` integer NOT NULL,
	`place` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`text` text NOT NULL,
	`zone` text NOT NULL,
	`assumed` text NOT NULL,
	PRIMARY KEY(`claim`, `place`)
);
--> statement-breakpoint
CREATE TABLE `claim_told` (
	`claim` integer NOT NULL,
	`month` text NOT NULL,
	`what` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`claim`, `month`, `what`)
);
--> statement-breakpoint
CREATE TABLE `claim_months` (
	`claim` integer NOT NULL,
	`month` text NOT NULL,
	`account_key` text NOT NULL,
	`service` text NOT NULL,
	`state` text NOT NULL,
	`held_until` integer,
	`promised` integer,
	`assessment` text,
	`assessed_at` integer,
	`contract` text,
	`decision` text,
	`decided_at` integer,
	`decided_by` text,
	`override_reason` text,
	`salt` text,
	`hash` text,
	`log_index` integer,
	`version` integer NOT NULL,
	PRIMARY KEY(`claim`, `month`),
	FOREIGN KEY (`claim`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `claim_months_account` ON `claim_months` (`account_key`,`service`,`month`);--> statement-breakpoint
CREATE INDEX `claim_months_state` ON `claim_months` (`state`,`held_until`);--> statement-breakpoint
CREATE UNIQUE INDEX `claim_months_one_credit` ON `claim_months` (`account_key`,`service`,`month`) WHERE state = 'credited';--> statement-breakpoint
CREATE TABLE `claims` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request` integer NOT NULL,
	`reference` text NOT NULL,
	`account` text NOT NULL,
	`account_key` text NOT NULL,
	`service` text NOT NULL,
	`reported` text NOT NULL,
	`seen` text NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_request` ON `claims` (`request`,`service`);--> statement-breakpoint
CREATE TABLE `disagreements` (
	`claim` integer NOT NULL,
	`month` text NOT NULL,
	`service` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`noted_at` integer NOT NULL,
	PRIMARY KEY(`claim`, `from_at`, `to_at`),
	FOREIGN KEY (`claim`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `disagreements_service` ON `disagreements` (`service`,`from_at`);--> statement-breakpoint
CREATE TABLE `screenshots` (
	`id` integer PRIMARY KEY NOT NULL,
	`endpoint` integer NOT NULL,
	`from_at` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`note` text,
	`bytes` blob,
	`width` integer,
	`height` integer,
	`sha256` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `screenshots_outage` ON `screenshots` (`endpoint`,`from_at`);--> statement-breakpoint
CREATE INDEX `screenshots_sha256` ON `screenshots` (`sha256`);--> statement-breakpoint
CREATE TABLE `log_checkpoints` (
	`size` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`note` text NOT NULL,
	`timestamp` blob
);
--> statement-breakpoint
CREATE TABLE `log_entries` (
	`idx` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`data` blob NOT NULL,
	`leaf_hash` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `log_keys` (
	`verifier` text PRIMARY KEY NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer,
	`entry` integer
);
--> statement-breakpoint
CREATE TABLE `letters` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`created_at` integer NOT NULL,
	`kind` text NOT NULL,
	`about` text,
	`to_name` text NOT NULL,
	`to_address` text NOT NULL,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`html` text,
	`message_id` text NOT NULL,
	`in_reply_to` text,
	`references` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`first_tried_at` integer,
	`next_at` integer NOT NULL,
	`claimed_until` integer,
	`last_error` text,
	`sent_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `letters_message_id_unique` ON `letters` (`message_id`);--> statement-breakpoint
CREATE INDEX `letters_due` ON `letters` (`state`,`next_at`);--> statement-breakpoint
CREATE INDEX `letters_about` ON `letters` (`about`);--> statement-breakpoint
CREATE TABLE `corrections` (
	`log_index` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`service` text NOT NULL,
	`at` integer NOT NULL,
	`correction` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `corrections_id_unique` ON `corrections` (`id`);--> statement-breakpoint
CREATE INDEX `corrections_service` ON `corrections` (`service`);--> statement-breakpoint
CREATE TABLE `month_records` (
	`service` text NOT NULL,
	`month` text NOT NULL,
	`closed_at` integer NOT NULL,
	`log_index` integer NOT NULL,
	`summary` text NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`service`, `month`)
);
--> statement-breakpoint
CREATE TABLE `people_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`provider` text NOT NULL,
	`account` text NOT NULL,
	`password` text,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_accounts_account` ON `people_accounts` (`provider`,`account`);--> statement-breakpoint
CREATE INDEX `people_accounts_person` ON `people_accounts` (`person`);--> statement-breakpoint
CREATE TABLE `people_links` (
	`hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`person` text,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `people_links_person` ON `people_links` (`person`);--> statement-breakpoint
CREATE UNIQUE INDEX `people_links_setup` ON `people_links` (`kind`) WHERE kind = 'setup' and used_at is null;--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer NOT NULL,
	`image` text,
	`role` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`two_factor_enabled` integer DEFAULT false,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_email` ON `people` (`email`);--> statement-breakpoint
CREATE TABLE `people_second_factors` (
	`id` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`secret` text NOT NULL,
	`backup_codes` text NOT NULL,
	`verified` integer DEFAULT true,
	`failed_verification_count` integer DEFAULT 0,
	`locked_until` integer,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_second_factors_person_unique` ON `people_second_factors` (`person`);--> statement-breakpoint
CREATE TABLE `people_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`person` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`address` text,
	`user_agent` text,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_sessions_token` ON `people_sessions` (`token`);--> statement-breakpoint
CREATE INDEX `people_sessions_person` ON `people_sessions` (`person`);--> statement-breakpoint
CREATE TABLE `people_verifications` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `people_verifications_identifier` ON `people_verifications` (`identifier`);--> statement-breakpoint
CREATE TABLE `imports` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`checks` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `attachments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request` integer NOT NULL,
	`message` integer,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`file` text NOT NULL,
	FOREIGN KEY (`request`) REFERENCES `requests`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`message`) REFERENCES `request_messages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_file_unique` ON `attachments` (`file`);--> statement-breakpoint
CREATE INDEX `attachments_request` ON `attachments` (`request`);--> statement-breakpoint
CREATE TABLE `request_changes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request` integer NOT NULL,
	`at` integer NOT NULL,
	`who` text NOT NULL,
	`what` text NOT NULL,
	`before` text,
	`after` text,
	`reason` text,
	FOREIGN KEY (`request`) REFERENCES `requests`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `request_changes_request` ON `request_changes` (`request`,`at`);--> statement-breakpoint
CREATE TABLE `request_messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request` integer NOT NULL,
	`at` integer NOT NULL,
	`direction` text NOT NULL,
	`automatic` integer NOT NULL,
	`author` text NOT NULL,
	`body` text NOT NULL,
	`mail_message_id` text,
	FOREIGN KEY (`request`) REFERENCES `requests`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `request_messages_mail_message_id_unique` ON `request_messages` (`mail_message_id`);--> statement-breakpoint
CREATE INDEX `request_messages_request` ON `request_messages` (`request`,`at`);--> statement-breakpoint
CREATE TABLE `requests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`reference` text NOT NULL,
	`secret_hash` text NOT NULL,
	`kind` text NOT NULL,
	`tier` text NOT NULL,
	`priority_by` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`account` text,
	`service` text,
	`via` text NOT NULL,
	`received_at` integer NOT NULL,
	`status` text NOT NULL,
	`assignee` text,
	`due_at` integer,
	`first_answer_at` integer,
	`last_message_at` integer NOT NULL,
	`closed_at` integer,
	`message_id` text,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `requests_reference_unique` ON `requests` (`reference`);--> statement-breakpoint
CREATE UNIQUE INDEX `requests_secret_hash_unique` ON `requests` (`secret_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `requests_message_id_unique` ON `requests` (`message_id`);--> statement-breakpoint
CREATE INDEX `requests_status` ON `requests` (`status`,`due_at`);--> statement-breakpoint
CREATE INDEX `requests_received` ON `requests` (`received_at`);--> statement-breakpoint
CREATE TABLE `versions` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer,
	`salt` text NOT NULL,
	`digest` text NOT NULL,
	`content` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `versions_subject` ON `versions` (`kind`,`subject`,`from_at`);--> statement-breakpoint
ALTER TABLE `maintenance` ADD `noted_at` integer;--> statement-breakpoint
CREATE TRIGGER `audit_is_not_changed` BEFORE UPDATE ON `audit` BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_is_not_deleted` BEFORE DELETE ON `audit` BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_is_not_replaced` BEFORE INSERT ON `audit` WHEN EXISTS (SELECT 1 FROM `audit` WHERE `id` = NEW.`id`) BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `claim_months_decided_stays` BEFORE UPDATE ON `claim_months`
WHEN OLD.decision IS NOT NULL AND (
  NEW.claim IS NOT OLD.claim OR NEW.month IS NOT OLD.month OR NEW.account_key IS NOT OLD.account_key OR NEW.service IS NOT OLD.service
  OR NEW.state IS NOT OLD.state OR NEW.assessment IS NOT OLD.assessment OR NEW.contract IS NOT OLD.contract
  OR NEW.decision IS NOT OLD.decision OR NEW.decided_at IS NOT OLD.decided_at OR NEW.decided_by IS NOT OLD.decided_by
  OR NEW.override_reason IS NOT OLD.override_reason OR NEW.salt IS NOT OLD.salt OR NEW.hash IS NOT OLD.hash
  OR (OLD.log_index IS NOT NULL AND NEW.log_index IS NOT OLD.log_index))
BEGIN SELECT RAISE(ABORT, 'a decided claim cannot be changed'); END;
--> statement-breakpoint
CREATE TRIGGER `claim_months_decided_whole` BEFORE UPDATE ON `claim_months`
WHEN (NEW.state IN ('credited', 'declined')) IS NOT (NEW.decision IS NOT NULL AND NEW.salt IS NOT NULL AND NEW.hash IS NOT NULL AND NEW.decided_at IS NOT NULL AND NEW.decided_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a claim is decided with its decision, and not without'); END;
--> statement-breakpoint
CREATE TRIGGER `claim_months_decided_no_delete` BEFORE DELETE ON `claim_months` WHEN OLD.decision IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a decided claim cannot be removed'); END;
--> statement-breakpoint
CREATE TRIGGER `claims_no_delete` BEFORE DELETE ON `claims`
BEGIN SELECT RAISE(ABORT, 'a claim cannot be removed'); END;
--> statement-breakpoint
CREATE TRIGGER `screenshots_no_update` BEFORE UPDATE ON `screenshots` BEGIN SELECT RAISE(ABORT, 'screenshots is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `screenshots_no_delete` BEFORE DELETE ON `screenshots` BEGIN SELECT RAISE(ABORT, 'screenshots is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_entries_no_gap` BEFORE INSERT ON `log_entries`
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM log_entries)
BEGIN SELECT RAISE(ABORT, 'the log is without gaps: this is not its next index'); END;
--> statement-breakpoint
CREATE TRIGGER `log_entries_no_update` BEFORE UPDATE ON `log_entries`
BEGIN SELECT RAISE(ABORT, 'an entry of the log cannot be changed'); END;
--> statement-breakpoint
CREATE TRIGGER `log_entries_no_delete` BEFORE DELETE ON `log_entries`
BEGIN SELECT RAISE(ABORT, 'an entry of the log cannot be removed'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoints_grow` BEFORE INSERT ON `log_checkpoints`
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM log_checkpoints) OR NEW.size > (SELECT count(*) FROM log_entries)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is of more entries than the one before, and of no more than there are'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoints_no_update` BEFORE UPDATE ON `log_checkpoints`
WHEN OLD.timestamp IS NOT NULL OR NEW.timestamp IS NULL OR NEW.size IS NOT OLD.size OR NEW.at IS NOT OLD.at OR NEW.note IS NOT OLD.note
BEGIN SELECT RAISE(ABORT, 'a checkpoint of the log cannot be changed, and gets its timestamp once'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoints_no_delete` BEFORE DELETE ON `log_checkpoints`
BEGIN SELECT RAISE(ABORT, 'a checkpoint of the log cannot be removed'); END;
--> statement-breakpoint
CREATE TRIGGER `log_keys_no_update` BEFORE UPDATE ON `log_keys`
WHEN OLD.until_at IS NOT NULL OR NEW.until_at IS NULL OR NEW.verifier IS NOT OLD.verifier OR NEW.from_at IS NOT OLD.from_at OR NEW.entry IS NOT OLD.entry
BEGIN SELECT RAISE(ABORT, 'a key of the log cannot be changed, and ends once'); END;
--> statement-breakpoint
CREATE TRIGGER `log_keys_no_delete` BEFORE DELETE ON `log_keys`
WHEN EXISTS (SELECT 1 FROM log_entries)
BEGIN SELECT RAISE(ABORT, 'a key of the log cannot be removed'); END;
--> statement-breakpoint
CREATE TRIGGER `month_records_no_update` BEFORE UPDATE ON `month_records` BEGIN SELECT RAISE(ABORT, 'month_records is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `month_records_no_delete` BEFORE DELETE ON `month_records` BEGIN SELECT RAISE(ABORT, 'month_records is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `corrections_no_update` BEFORE UPDATE ON `corrections` BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `corrections_no_delete` BEFORE DELETE ON `corrections` BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER requests_first_answer_once BEFORE UPDATE OF first_answer_at ON requests
WHEN OLD.first_answer_at IS NOT NULL AND NEW.first_answer_at IS NOT OLD.first_answer_at
BEGIN SELECT RAISE(ABORT, 'the first answer to a request is recorded once'); END;
--> statement-breakpoint
CREATE TRIGGER requests_received_once BEFORE UPDATE OF received_at ON requests
WHEN NEW.received_at IS NOT OLD.received_at
BEGIN SELECT RAISE(ABORT, 'when a request was received does not change'); END;
--> statement-breakpoint
CREATE TRIGGER request_changes_no_update BEFORE UPDATE ON request_changes
BEGIN SELECT RAISE(ABORT, 'request_changes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER request_changes_no_delete BEFORE DELETE ON request_changes
BEGIN SELECT RAISE(ABORT, 'request_changes is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `versions_end_once` BEFORE UPDATE ON `versions`
WHEN OLD.to_at IS NOT NULL OR NEW.to_at IS NULL OR NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.subject IS NOT OLD.subject
  OR NEW.from_at IS NOT OLD.from_at OR NEW.salt IS NOT OLD.salt OR NEW.digest IS NOT OLD.digest OR NEW.content IS NOT OLD.content
BEGIN SELECT RAISE(ABORT, 'of a version only its end is set, once'); END;
--> statement-breakpoint
CREATE TRIGGER `versions_no_delete` BEFORE DELETE ON `versions` BEGIN SELECT RAISE(ABORT, 'versions are only added'); END;
--> statement-breakpoint
CREATE TRIGGER `versions_no_replace` BEFORE INSERT ON `versions` WHEN EXISTS (SELECT 1 FROM `versions` WHERE `id` = NEW.`id`) BEGIN SELECT RAISE(ABORT, 'versions are only added'); END;
