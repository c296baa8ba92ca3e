-- CreateEnum
CREATE TYPE "UploadKind" AS ENUM ('HERO_VIDEO', 'COURSE_VIDEO');

-- CreateEnum
CREATE TYPE "UploadSource" AS ENUM ('TUS', 'MULTIPART', 'SCRIPT', 'DEMO');

-- CreateEnum
CREATE TYPE "UploadStatus" AS ENUM ('QUEUED', 'STARTING', 'COMPRESSING', 'UPLOADING', 'COMPLETED', 'ERROR', 'CANCELLED');

-- CreateEnum
CREATE TYPE "AssetFileRole" AS ENUM ('VIDEO', 'POSTER_JPEG', 'POSTER_WEBP', 'CAPTIONS');

-- CreateEnum
CREATE TYPE "ElementType" AS ENUM ('HERO_VIDEO', 'BANNER', 'TEXT');

-- CreateEnum
CREATE TYPE "ElementStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');

-- CreateTable
CREATE TABLE "Upload" (
    "id" UUID NOT NULL,
    "kind" "UploadKind" NOT NULL,
    "source" "UploadSource" NOT NULL,
    "status" "UploadStatus" NOT NULL DEFAULT 'QUEUED',
    "progress" INTEGER NOT NULL DEFAULT 0,
    "message" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "declaredType" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "fingerprint" TEXT,
    "sourceSha256" TEXT,
    "elementId" UUID,
    "options" JSONB NOT NULL DEFAULT '{}',
    "ownerId" UUID NOT NULL,
    "clientId" UUID,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "claims" INTEGER NOT NULL DEFAULT 0,
    "leaseOwner" UUID,
    "leaseUntil" TIMESTAMPTZ(3),
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "isRetryable" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastReceivedAt" TIMESTAMPTZ(3) NOT NULL,
    "receivedAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MediaAsset" (
    "id" UUID NOT NULL,
    "kind" "UploadKind" NOT NULL,
    "uploadId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "durationSeconds" DOUBLE PRECISION NOT NULL,
    "hasAudio" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MediaAsset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AssetFile" (
    "id" UUID NOT NULL,
    "assetId" UUID NOT NULL,
    "role" "AssetFileRole" NOT NULL,
    "fileId" UUID NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "language" TEXT,
    "label" TEXT,

    CONSTRAINT "AssetFile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StoredFile" (
    "id" UUID NOT NULL,
    "store" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "publicUrl" TEXT,
    "contentType" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "ownerId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StoredFile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HomepageElement" (
    "id" UUID NOT NULL,
    "type" "ElementType" NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "description" TEXT,
    "linkHref" TEXT,
    "linkLabel" TEXT,
    "status" "ElementStatus" NOT NULL DEFAULT 'DRAFT',
    "position" INTEGER NOT NULL,
    "startsAt" TIMESTAMPTZ(3),
    "endsAt" TIMESTAMPTZ(3),
    "assetId" UUID,
    "pictureId" UUID,
    "captionsId" UUID,
    "captionsLanguage" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "publishedRevision" INTEGER,
    "createdById" UUID NOT NULL,
    "clientId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HomepageElement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HomepageRelease" (
    "number" INTEGER NOT NULL,
    "items" JSONB NOT NULL,
    "action" TEXT NOT NULL,
    "elementId" UUID,
    "restoredFrom" INTEGER,
    "publishedById" UUID NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HomepageRelease_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "MediaWorker" (
    "id" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "beatAt" TIMESTAMPTZ(3) NOT NULL,
    "report" JSONB NOT NULL,

    CONSTRAINT "MediaWorker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Upload_elementId_key" ON "Upload"("elementId");

-- CreateIndex
CREATE INDEX "Upload_status_receivedAt_id_idx" ON "Upload"("status", "receivedAt", "id");

-- CreateIndex
CREATE INDEX "Upload_createdAt_id_idx" ON "Upload"("createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Upload_ownerId_clientId_key" ON "Upload"("ownerId", "clientId");

-- CreateIndex
CREATE UNIQUE INDEX "MediaAsset_uploadId_key" ON "MediaAsset"("uploadId");

-- CreateIndex
CREATE UNIQUE INDEX "AssetFile_fileId_key" ON "AssetFile"("fileId");

-- CreateIndex
-- A poster has neither height nor language to tell it by, and there is still one.
CREATE UNIQUE INDEX "AssetFile_assetId_role_height_language_key" ON "AssetFile"("assetId", "role", "height", "language") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "StoredFile_key_key" ON "StoredFile"("key");

-- CreateIndex
CREATE INDEX "StoredFile_ownerId_idx" ON "StoredFile"("ownerId");

-- CreateIndex
CREATE INDEX "HomepageElement_status_position_id_idx" ON "HomepageElement"("status", "position", "id");

-- CreateIndex
CREATE INDEX "HomepageElement_position_id_idx" ON "HomepageElement"("position", "id");

-- CreateIndex
CREATE INDEX "HomepageElement_assetId_idx" ON "HomepageElement"("assetId");

-- CreateIndex
CREATE INDEX "HomepageElement_pictureId_idx" ON "HomepageElement"("pictureId");

-- CreateIndex
CREATE INDEX "HomepageElement_captionsId_idx" ON "HomepageElement"("captionsId");

-- CreateIndex
CREATE UNIQUE INDEX "HomepageElement_createdById_clientId_key" ON "HomepageElement"("createdById", "clientId");

-- CreateIndex
CREATE INDEX "HomepageRelease_publishedById_idx" ON "HomepageRelease"("publishedById");

-- CreateIndex
CREATE INDEX "MediaWorker_beatAt_idx" ON "MediaWorker"("beatAt");

-- AddForeignKey
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MediaAsset" ADD CONSTRAINT "MediaAsset_uploadId_fkey" FOREIGN KEY ("uploadId") REFERENCES "Upload"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssetFile" ADD CONSTRAINT "AssetFile_assetId_fkey" FOREIGN KEY ("assetId") REFERENCES "MediaAsset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssetFile" ADD CONSTRAINT "AssetFile_fileId_fkey" FOREIGN KEY ("fileId") REFERENCES "StoredFile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StoredFile" ADD CONSTRAINT "StoredFile_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HomepageElement" ADD CONSTRAINT "HomepageElement_assetId_fkey" FOREIGN KEY ("assetId") REFERENCES "MediaAsset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HomepageElement" ADD CONSTRAINT "HomepageElement_pictureId_fkey" FOREIGN KEY ("pictureId") REFERENCES "StoredFile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HomepageElement" ADD CONSTRAINT "HomepageElement_captionsId_fkey" FOREIGN KEY ("captionsId") REFERENCES "StoredFile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HomepageElement" ADD CONSTRAINT "HomepageElement_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HomepageRelease" ADD CONSTRAINT "HomepageRelease_publishedById_fkey" FOREIGN KEY ("publishedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the database itself refuses.
ALTER TABLE "Upload"
  ADD CONSTRAINT "Upload_progress_range" CHECK ("progress" BETWEEN 0 AND 100),
  ADD CONSTRAINT "Upload_hundred_is_completed" CHECK (("progress" = 100) = ("status" = 'COMPLETED')),
  ADD CONSTRAINT "Upload_has_bytes" CHECK ("sizeBytes" > 0 AND "receivedBytes" BETWEEN 0 AND "sizeBytes"),
  ADD CONSTRAINT "Upload_received_is_whole" CHECK ("receivedAt" IS NULL OR "receivedBytes" = "sizeBytes"),
  ADD CONSTRAINT "Upload_worked_on_is_received" CHECK ("status" NOT IN ('STARTING', 'COMPRESSING', 'UPLOADING', 'COMPLETED') OR "receivedAt" IS NOT NULL),
  ADD CONSTRAINT "Upload_lease_is_whole" CHECK (("leaseOwner" IS NULL) = ("leaseUntil" IS NULL)),
  ADD CONSTRAINT "Upload_lease_while_worked_on" CHECK (("leaseOwner" IS NOT NULL) = ("status" IN ('STARTING', 'COMPRESSING', 'UPLOADING'))),
  ADD CONSTRAINT "Upload_error_has_words" CHECK (("status" = 'ERROR') = ("errorCode" IS NOT NULL AND "errorMessage" IS NOT NULL)),
  ADD CONSTRAINT "Upload_only_errors_are_retried" CHECK ("status" = 'ERROR' OR NOT "isRetryable"),
  ADD CONSTRAINT "Upload_ended_is_dated" CHECK (("finishedAt" IS NOT NULL) = ("status" IN ('COMPLETED', 'ERROR', 'CANCELLED'))),
  ADD CONSTRAINT "Upload_hero_makes_an_element" CHECK (("kind" = 'HERO_VIDEO') = ("elementId" IS NOT NULL)),
  ADD CONSTRAINT "Upload_counts" CHECK ("attempt" > 0 AND "claims" >= 0),
  ADD CONSTRAINT "Upload_sha256_is_hex" CHECK ("sourceSha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "MediaAsset"
  ADD CONSTRAINT "MediaAsset_sizes" CHECK ("width" > 0 AND "height" > 0 AND "durationSeconds" > 0);

ALTER TABLE "AssetFile"
  ADD CONSTRAINT "AssetFile_captions_have_a_language" CHECK (("role" = 'CAPTIONS') = ("language" IS NOT NULL));

ALTER TABLE "StoredFile"
  ADD CONSTRAINT "StoredFile_sha256_is_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "StoredFile_known_store" CHECK ("store" IN ('local', 's3', 'cloudinary')),
  ADD CONSTRAINT "StoredFile_size" CHECK ("sizeBytes" >= 0);

ALTER TABLE "HomepageElement"
  ADD CONSTRAINT "HomepageElement_schedule_has_an_order" CHECK ("endsAt" > "startsAt"),
  ADD CONSTRAINT "HomepageElement_hero_has_a_video" CHECK (("type" = 'HERO_VIDEO') = ("assetId" IS NOT NULL)),
  ADD CONSTRAINT "HomepageElement_published_has_a_revision" CHECK (("status" = 'PUBLISHED') = ("publishedRevision" IS NOT NULL)),
  ADD CONSTRAINT "HomepageElement_captions_have_a_language" CHECK (("captionsId" IS NULL) = ("captionsLanguage" IS NULL)),
  ADD CONSTRAINT "HomepageElement_link_is_whole" CHECK (("linkHref" IS NULL) = ("linkLabel" IS NULL));

ALTER TABLE "HomepageRelease"
  ADD CONSTRAINT "HomepageRelease_number" CHECK ("number" > 0);
