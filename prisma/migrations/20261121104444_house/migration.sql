-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- Lets one exclusion constraint compare a uuid and a range.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('STUDENT', 'STAFF', 'INSTRUCTOR', 'ORGANIZATION', 'ADMIN');

-- CreateEnum
CREATE TYPE "CourseStatus" AS ENUM ('DRAFT', 'PUBLISHED');

-- CreateEnum
CREATE TYPE "RequestStatus" AS ENUM ('PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED');

-- CreateTable
CREATE TABLE "Organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "firstName" TEXT NOT NULL,
    "lastName" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "organizationId" UUID,
    "timeZone" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "tokenVersion" INTEGER NOT NULL DEFAULT 0,
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Course" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "durationMinutes" INTEGER NOT NULL,
    "status" "CourseStatus" NOT NULL DEFAULT 'DRAFT',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Course_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CourseRequest" (
    "id" UUID NOT NULL,
    "courseId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "requestedById" UUID NOT NULL,
    "status" "RequestStatus" NOT NULL DEFAULT 'PENDING',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "preferredDates" TIMESTAMPTZ(3)[],
    "headcount" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "neededBy" DATE,
    "note" TEXT,
    "instructorId" UUID,
    "startsAt" TIMESTAMPTZ(3),
    "endsAt" TIMESTAMPTZ(3),
    -- NULL unless both ends are there: with one alone, tstzrange would reach to infinity.
    "during" tstzrange GENERATED ALWAYS AS (
        CASE WHEN "startsAt" < "endsAt" THEN tstzrange("startsAt", "endsAt", '[)') END
    ) STORED,
    "acceptedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CourseRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StatusChange" (
    "id" UUID NOT NULL,
    "requestId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "fromStatus" "RequestStatus",
    "toStatus" "RequestStatus" NOT NULL,
    "revision" INTEGER NOT NULL,
    "reason" TEXT,
    "instructorId" UUID,
    "startsAt" TIMESTAMPTZ(3),
    "clientId" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StatusChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" UUID NOT NULL,
    "actorId" UUID,
    "action" TEXT NOT NULL,
    "subjectId" TEXT,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Feed" (
    "name" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "floor" BIGINT NOT NULL DEFAULT 0,
    "floorId" UUID,

    CONSTRAINT "Feed_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "FeedEvent" (
    "feed" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FeedEvent_pkey" PRIMARY KEY ("feed","seq")
);

-- CreateTable
CREATE TABLE "RateLimit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" BIGINT,

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Organization_name_key" ON "Organization"("name");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "User_organizationId_idx" ON "User"("organizationId");

-- CreateIndex
CREATE INDEX "User_isDemo_idx" ON "User"("isDemo");

-- CreateIndex
CREATE INDEX "User_role_lastName_firstName_id_idx" ON "User"("role", "lastName", "firstName", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Course_slug_key" ON "Course"("slug");

-- CreateIndex
CREATE INDEX "Course_status_title_id_idx" ON "Course"("status", "title", "id");

-- CreateIndex
CREATE INDEX "CourseRequest_organizationId_status_createdAt_id_idx" ON "CourseRequest"("organizationId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "CourseRequest_status_createdAt_id_idx" ON "CourseRequest"("status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "CourseRequest_instructorId_status_startsAt_id_idx" ON "CourseRequest"("instructorId", "status", "startsAt", "id");

-- CreateIndex
CREATE INDEX "CourseRequest_status_startsAt_id_idx" ON "CourseRequest"("status", "startsAt", "id");

-- CreateIndex
CREATE INDEX "CourseRequest_courseId_idx" ON "CourseRequest"("courseId");

-- CreateIndex
CREATE INDEX "CourseRequest_requestedById_idx" ON "CourseRequest"("requestedById");

-- CreateIndex
CREATE INDEX "StatusChange_instructorId_idx" ON "StatusChange"("instructorId");

-- CreateIndex
CREATE UNIQUE INDEX "StatusChange_actorId_clientId_key" ON "StatusChange"("actorId", "clientId");

-- CreateIndex
CREATE UNIQUE INDEX "StatusChange_requestId_revision_key" ON "StatusChange"("requestId", "revision");

-- CreateIndex
CREATE INDEX "AuditEntry_actorId_at_idx" ON "AuditEntry"("actorId", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_subjectId_at_idx" ON "AuditEntry"("subjectId", "at");

-- CreateIndex
CREATE INDEX "FeedEvent_at_idx" ON "FeedEvent"("at");

-- CreateIndex
CREATE INDEX "RateLimit_expire_idx" ON "RateLimit"("expire");

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseRequest" ADD CONSTRAINT "CourseRequest_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseRequest" ADD CONSTRAINT "CourseRequest_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseRequest" ADD CONSTRAINT "CourseRequest_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseRequest" ADD CONSTRAINT "CourseRequest_instructorId_fkey" FOREIGN KEY ("instructorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StatusChange" ADD CONSTRAINT "StatusChange_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "CourseRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StatusChange" ADD CONSTRAINT "StatusChange_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StatusChange" ADD CONSTRAINT "StatusChange_instructorId_fkey" FOREIGN KEY ("instructorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Below, what Prisma's schema has no words for.

ALTER TABLE "User"
    ADD CONSTRAINT "User_email_in_lower_case" CHECK ("email" = lower("email")),
    ADD CONSTRAINT "User_belongs_to_organization" CHECK ("role" NOT IN ('STAFF', 'ORGANIZATION') OR "organizationId" IS NOT NULL);

ALTER TABLE "Course"
    ADD CONSTRAINT "Course_lasts" CHECK ("durationMinutes" > 0);

ALTER TABLE "CourseRequest"
    ADD CONSTRAINT "CourseRequest_headcount" CHECK ("headcount" BETWEEN 1 AND 10000),
    ADD CONSTRAINT "CourseRequest_revision" CHECK ("revision" >= 1),
    ADD CONSTRAINT "CourseRequest_ends_after_start" CHECK (("startsAt" IS NULL) = ("endsAt" IS NULL) AND "endsAt" > "startsAt"),
    ADD CONSTRAINT "CourseRequest_class_has_instructor_and_time" CHECK (
        "status" NOT IN ('CONFIRMED', 'COMPLETED') OR ("instructorId" IS NOT NULL AND "startsAt" IS NOT NULL AND "endsAt" IS NOT NULL)
    ),
    ADD CONSTRAINT "CourseRequest_completed_when" CHECK ("status" <> 'COMPLETED' OR "completedAt" IS NOT NULL),
    ADD CONSTRAINT "CourseRequest_no_double_booking" EXCLUDE USING gist ("instructorId" WITH =, "during" WITH &&) WHERE ("status" = 'CONFIRMED');

ALTER TABLE "Feed"
    ADD CONSTRAINT "Feed_floor" CHECK ("floor" BETWEEN 0 AND "seq");

ALTER TABLE "FeedEvent"
    ADD CONSTRAINT "FeedEvent_seq" CHECK ("seq" > 0);

-- Appends events to feeds: takes each feed's row lock in name order, so that no two transactions deadlock, and
-- holds it until commit, so that commit order is seq order and there are no gaps. Must be the last statement of
-- its transaction. events: [{feed, id, event, payload}], several per feed allowed, kept in their order.
CREATE FUNCTION feed_publish(events jsonb) RETURNS TABLE (feed text, seq bigint, id uuid)
LANGUAGE sql AS $$
    WITH asked AS (
        SELECT
            item ->> 'feed' AS feed,
            (item ->> 'id')::uuid AS id,
            item ->> 'event' AS event,
            item -> 'payload' AS payload,
            row_number() OVER (PARTITION BY item ->> 'feed' ORDER BY position) AS nth
        FROM jsonb_array_elements(events) WITH ORDINALITY AS asked_item (item, position)
    ),
    bumped AS (
        INSERT INTO "Feed" AS head ("name", "seq")
        SELECT asked.feed, count(*) FROM asked GROUP BY asked.feed ORDER BY asked.feed
        ON CONFLICT ("name") DO UPDATE SET "seq" = head."seq" + EXCLUDED."seq"
        RETURNING head."name" AS feed, head."seq" AS seq
    )
    INSERT INTO "FeedEvent" AS appended ("feed", "seq", "id", "event", "payload")
    SELECT asked.feed, bumped.seq - count(*) OVER (PARTITION BY asked.feed) + asked.nth, asked.id, asked.event, asked.payload
    FROM asked JOIN bumped ON bumped.feed = asked.feed
    RETURNING appended."feed", appended."seq", appended."id"
$$;
