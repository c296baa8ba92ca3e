-- How many seconds a set of stretches holds.
CREATE FUNCTION multirange_seconds(stretches int8multirange) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(sum(upper(stretch) - lower(stretch)), 0)::integer FROM unnest(stretches) AS stretch
$$;

-- CreateEnum
CREATE TYPE "ContentKind" AS ENUM ('VIDEO', 'DOCUMENT', 'QUIZ', 'ASSIGNMENT');

-- CreateEnum
CREATE TYPE "EnrolmentSource" AS ENUM ('SELF', 'ASSIGNED');

-- CreateEnum
CREATE TYPE "CompletionBasis" AS ENUM ('EARNED', 'MARKED', 'EXCUSED');

-- AlterTable
ALTER TABLE "Course" ADD COLUMN     "currentVersionId" UUID;

-- CreateTable
CREATE TABLE "CourseVersion" (
    "id" UUID NOT NULL,
    "courseId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "sourceSha256" TEXT NOT NULL,
    "totalContent" INTEGER NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CourseVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CourseInstructor" (
    "courseId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CourseInstructor_pkey" PRIMARY KEY ("courseId","userId")
);

-- CreateTable
CREATE TABLE "Module" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT,

    CONSTRAINT "Module_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Content" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "moduleId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" "ContentKind" NOT NULL,
    "isRequired" BOOLEAN NOT NULL,
    "durationSeconds" INTEGER,
    "estimatedSeconds" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "assetId" UUID,

    CONSTRAINT "Content_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CourseFile" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "fileId" UUID NOT NULL,

    CONSTRAINT "CourseFile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Enrolment" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "courseId" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "source" "EnrolmentSource" NOT NULL,
    "dueAt" TIMESTAMPTZ(3),
    "progressPercentage" INTEGER NOT NULL DEFAULT 0,
    "completedContent" INTEGER NOT NULL DEFAULT 0,
    "totalContent" INTEGER NOT NULL,
    "active" int8multirange NOT NULL DEFAULT '{}'::int8multirange,
    "timeSpentSeconds" INTEGER NOT NULL GENERATED ALWAYS AS (multirange_seconds("active")) STORED,
    "currentModuleId" UUID,
    "currentContentId" UUID,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastActivityAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Enrolment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LearningSession" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "enrolmentId" UUID NOT NULL,
    "device" TEXT,
    "clientId" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "lastHeardAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "pagesViewed" INTEGER NOT NULL DEFAULT 0,
    "videosWatched" INTEGER NOT NULL DEFAULT 0,
    "quizzesAttempted" INTEGER NOT NULL DEFAULT 0,
    "active" int8multirange NOT NULL DEFAULT '{}'::int8multirange,
    "activeSeconds" INTEGER NOT NULL GENERATED ALWAYS AS (multirange_seconds("active")) STORED,
    "idleSeconds" INTEGER NOT NULL DEFAULT 0,
    "watchedSeconds" INTEGER NOT NULL DEFAULT 0,
    "suspiciousSeconds" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "LearningSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ContentProgress" (
    "userId" UUID NOT NULL,
    "contentId" UUID NOT NULL,
    "enrolmentId" UUID NOT NULL,
    "completionPercentage" INTEGER NOT NULL DEFAULT 0,
    "watched" int4multirange NOT NULL DEFAULT '{}'::int4multirange,
    "active" int8multirange NOT NULL DEFAULT '{}'::int8multirange,
    "timeSpentSeconds" INTEGER NOT NULL GENERATED ALWAYS AS (multirange_seconds("active")) STORED,
    "lastPosition" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "readingPosition" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "readingAnchor" TEXT,
    "placedAt" TIMESTAMPTZ(3),
    "furthestPosition" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "viewCount" INTEGER NOT NULL DEFAULT 0,
    "pauseCount" INTEGER NOT NULL DEFAULT 0,
    "seekCount" INTEGER NOT NULL DEFAULT 0,
    "downloadCount" INTEGER NOT NULL DEFAULT 0,
    "completedAt" TIMESTAMPTZ(3),
    "basis" "CompletionBasis",

    CONSTRAINT "ContentProgress_pkey" PRIMARY KEY ("userId","contentId")
);

-- CreateTable
CREATE TABLE "ContentInteraction" (
    "userId" UUID NOT NULL,
    "eventId" TEXT NOT NULL,
    "sessionId" UUID NOT NULL,
    "contentId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "isActive" BOOLEAN NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ContentInteraction_pkey" PRIMARY KEY ("userId","eventId")
);

-- CreateTable
CREATE TABLE "ActivityDay" (
    "userId" UUID NOT NULL,
    "date" DATE NOT NULL,
    "timeZone" TEXT NOT NULL,
    "active" int8multirange NOT NULL DEFAULT '{}'::int8multirange,
    "activeSeconds" INTEGER NOT NULL GENERATED ALWAYS AS (multirange_seconds("active")) STORED,
    "completions" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ActivityDay_pkey" PRIMARY KEY ("userId","date")
);

-- CreateTable
CREATE TABLE "ProgressNews" (
    "enrolmentId" UUID NOT NULL,

    CONSTRAINT "ProgressNews_pkey" PRIMARY KEY ("enrolmentId")
);

-- CreateTable
CREATE TABLE "JobTurn" (
    "name" TEXT NOT NULL,
    "ranAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "JobTurn_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "CourseVersion_courseId_number_key" ON "CourseVersion"("courseId", "number");

-- CreateIndex
CREATE INDEX "CourseInstructor_userId_idx" ON "CourseInstructor"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Module_versionId_position_key" ON "Module"("versionId", "position");

-- CreateIndex
CREATE INDEX "Content_moduleId_idx" ON "Content"("moduleId");

-- CreateIndex
CREATE INDEX "Content_assetId_idx" ON "Content"("assetId");

-- CreateIndex
CREATE UNIQUE INDEX "Content_versionId_position_key" ON "Content"("versionId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Content_versionId_slug_key" ON "Content"("versionId", "slug");

-- CreateIndex
CREATE INDEX "CourseFile_fileId_idx" ON "CourseFile"("fileId");

-- CreateIndex
CREATE UNIQUE INDEX "CourseFile_versionId_path_key" ON "CourseFile"("versionId", "path");

-- CreateIndex
CREATE INDEX "Enrolment_courseId_idx" ON "Enrolment"("courseId");

-- CreateIndex
CREATE INDEX "Enrolment_versionId_idx" ON "Enrolment"("versionId");

-- CreateIndex
CREATE INDEX "Enrolment_currentModuleId_idx" ON "Enrolment"("currentModuleId");

-- CreateIndex
CREATE INDEX "Enrolment_currentContentId_idx" ON "Enrolment"("currentContentId");

-- CreateIndex
CREATE UNIQUE INDEX "Enrolment_userId_courseId_key" ON "Enrolment"("userId", "courseId");

-- CreateIndex
CREATE INDEX "LearningSession_userId_startedAt_id_idx" ON "LearningSession"("userId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "LearningSession_enrolmentId_startedAt_idx" ON "LearningSession"("enrolmentId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "LearningSession_userId_clientId_key" ON "LearningSession"("userId", "clientId");

-- CreateIndex
CREATE INDEX "ContentProgress_contentId_idx" ON "ContentProgress"("contentId");

-- CreateIndex
CREATE INDEX "ContentProgress_enrolmentId_idx" ON "ContentProgress"("enrolmentId");

-- CreateIndex
CREATE INDEX "ContentInteraction_sessionId_occurredAt_idx" ON "ContentInteraction"("sessionId", "occurredAt");

-- CreateIndex
CREATE INDEX "ContentInteraction_contentId_idx" ON "ContentInteraction"("contentId");

-- CreateIndex
CREATE UNIQUE INDEX "Course_currentVersionId_key" ON "Course"("currentVersionId");

-- AddForeignKey
ALTER TABLE "Course" ADD CONSTRAINT "Course_currentVersionId_fkey" FOREIGN KEY ("currentVersionId") REFERENCES "CourseVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseVersion" ADD CONSTRAINT "CourseVersion_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseInstructor" ADD CONSTRAINT "CourseInstructor_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseInstructor" ADD CONSTRAINT "CourseInstructor_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Module" ADD CONSTRAINT "Module_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "CourseVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Content" ADD CONSTRAINT "Content_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "CourseVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Content" ADD CONSTRAINT "Content_moduleId_fkey" FOREIGN KEY ("moduleId") REFERENCES "Module"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Content" ADD CONSTRAINT "Content_assetId_fkey" FOREIGN KEY ("assetId") REFERENCES "MediaAsset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseFile" ADD CONSTRAINT "CourseFile_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "CourseVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CourseFile" ADD CONSTRAINT "CourseFile_fileId_fkey" FOREIGN KEY ("fileId") REFERENCES "StoredFile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "CourseVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_currentModuleId_fkey" FOREIGN KEY ("currentModuleId") REFERENCES "Module"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_currentContentId_fkey" FOREIGN KEY ("currentContentId") REFERENCES "Content"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LearningSession" ADD CONSTRAINT "LearningSession_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LearningSession" ADD CONSTRAINT "LearningSession_enrolmentId_fkey" FOREIGN KEY ("enrolmentId") REFERENCES "Enrolment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentProgress" ADD CONSTRAINT "ContentProgress_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentProgress" ADD CONSTRAINT "ContentProgress_contentId_fkey" FOREIGN KEY ("contentId") REFERENCES "Content"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentProgress" ADD CONSTRAINT "ContentProgress_enrolmentId_fkey" FOREIGN KEY ("enrolmentId") REFERENCES "Enrolment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentInteraction" ADD CONSTRAINT "ContentInteraction_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentInteraction" ADD CONSTRAINT "ContentInteraction_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "LearningSession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContentInteraction" ADD CONSTRAINT "ContentInteraction_contentId_fkey" FOREIGN KEY ("contentId") REFERENCES "Content"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ActivityDay" ADD CONSTRAINT "ActivityDay_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProgressNews" ADD CONSTRAINT "ProgressNews_enrolmentId_fkey" FOREIGN KEY ("enrolmentId") REFERENCES "Enrolment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Below, what Prisma's schema has no words for.

-- A version is of its course, a module of its version, and whoever refers to both names a pair that exists.
ALTER TABLE "CourseVersion" ADD CONSTRAINT "CourseVersion_of_course" UNIQUE ("id", "courseId");
ALTER TABLE "Course" ADD CONSTRAINT "Course_current_version_is_its_own"
    FOREIGN KEY ("currentVersionId", "id") REFERENCES "CourseVersion" ("id", "courseId") ON DELETE RESTRICT;
ALTER TABLE "Enrolment" ADD CONSTRAINT "Enrolment_version_is_of_course"
    FOREIGN KEY ("versionId", "courseId") REFERENCES "CourseVersion" ("id", "courseId") ON DELETE RESTRICT;
ALTER TABLE "Module" ADD CONSTRAINT "Module_of_version" UNIQUE ("id", "versionId");
ALTER TABLE "Content" ADD CONSTRAINT "Content_module_is_of_version"
    FOREIGN KEY ("moduleId", "versionId") REFERENCES "Module" ("id", "versionId") ON DELETE CASCADE;

ALTER TABLE "CourseVersion"
    ADD CONSTRAINT "CourseVersion_counts" CHECK ("number" >= 1 AND "totalContent" >= 1),
    ADD CONSTRAINT "CourseVersion_sha256_is_hex" CHECK ("sourceSha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "Module"
    ADD CONSTRAINT "Module_position" CHECK ("position" >= 0);

ALTER TABLE "Content"
    ADD CONSTRAINT "Content_position" CHECK ("position" >= 0),
    ADD CONSTRAINT "Content_video_lasts" CHECK (("kind" = 'VIDEO') = ("durationSeconds" IS NOT NULL) AND "durationSeconds" > 0),
    ADD CONSTRAINT "Content_video_has_an_asset" CHECK (("kind" = 'VIDEO') = ("assetId" IS NOT NULL)),
    ADD CONSTRAINT "Content_takes_time" CHECK ("estimatedSeconds" > 0);

ALTER TABLE "Enrolment"
    ADD CONSTRAINT "Enrolment_counts" CHECK ("completedContent" BETWEEN 0 AND "totalContent"),
    ADD CONSTRAINT "Enrolment_percentage_is_of_counts" CHECK ("progressPercentage" = "completedContent" * 100 / "totalContent"),
    ADD CONSTRAINT "Enrolment_completed_when_all_is" CHECK ("completedAt" IS NULL OR "completedContent" = "totalContent");

ALTER TABLE "LearningSession"
    ADD CONSTRAINT "LearningSession_ends_after_start" CHECK ("endedAt" >= "startedAt" AND "lastHeardAt" >= "startedAt"),
    ADD CONSTRAINT "LearningSession_counts" CHECK (
        "pagesViewed" >= 0 AND "videosWatched" >= 0 AND "quizzesAttempted" >= 0 AND "idleSeconds" >= 0
        AND "watchedSeconds" >= 0 AND "suspiciousSeconds" >= 0
    );

ALTER TABLE "ContentProgress"
    ADD CONSTRAINT "ContentProgress_percentage" CHECK ("completionPercentage" BETWEEN 0 AND 100),
    ADD CONSTRAINT "ContentProgress_positions" CHECK (
        "lastPosition" >= 0 AND "readingPosition" BETWEEN 0 AND 1 AND "furthestPosition" BETWEEN 0 AND 1
    ),
    ADD CONSTRAINT "ContentProgress_watched_from_the_start" CHECK ("watched" <@ '{[0,)}'::int4multirange),
    ADD CONSTRAINT "ContentProgress_completed_why" CHECK (("completedAt" IS NULL) = ("basis" IS NULL)),
    ADD CONSTRAINT "ContentProgress_hundred_is_completed" CHECK (("completionPercentage" = 100) = ("completedAt" IS NOT NULL)),
    ADD CONSTRAINT "ContentProgress_counts" CHECK ("viewCount" >= 0 AND "pauseCount" >= 0 AND "seekCount" >= 0 AND "downloadCount" >= 0);

ALTER TABLE "ContentInteraction"
    ADD CONSTRAINT "ContentInteraction_known_type" CHECK ("type" IN (
        'view', 'progress', 'play', 'pause', 'seek', 'ratechange', 'complete', 'download', 'scroll', 'answer', 'heartbeat'
    )),
    ADD CONSTRAINT "ContentInteraction_event_id" CHECK ("eventId" ~ '^[A-Za-z0-9_.:-]{1,64}$');

ALTER TABLE "ActivityDay"
    ADD CONSTRAINT "ActivityDay_completions" CHECK ("completions" >= 0);

-- The open sessions, of which the sweep ends the forgotten ones. By the start, which a heartbeat does not change.
CREATE INDEX "LearningSession_open" ON "LearningSession" ("startedAt") WHERE "endedAt" IS NULL;

-- Rows that every batch rewrites find room for the next version on their own page.
ALTER TABLE "Enrolment" SET (fillfactor = 75);
ALTER TABLE "LearningSession" SET (fillfactor = 75);
ALTER TABLE "ContentProgress" SET (fillfactor = 75);
ALTER TABLE "ActivityDay" SET (fillfactor = 75);

-- The engine that applies this cuts a script at every semicolon, also at those within quotes: here they are written \073.
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
    RAISE EXCEPTION \'Rows of "%" are never changed.\', TG_TABLE_NAME USING ERRCODE = \'restrict_violation\'\073
END
';
CREATE TRIGGER "CourseVersion_is_immutable" BEFORE UPDATE ON "CourseVersion" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER "Module_is_immutable" BEFORE UPDATE ON "Module" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER "Content_is_immutable" BEFORE UPDATE ON "Content" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER "CourseFile_is_immutable" BEFORE UPDATE ON "CourseFile" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER "ContentInteraction_is_append_only" BEFORE UPDATE ON "ContentInteraction" FOR EACH ROW EXECUTE FUNCTION refuse_update();
