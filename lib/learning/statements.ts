/** A statement that each connection prepares once. */
export type Statement = { name: string; text: string };

/**
 * What a batch of one session is decided on, in one row; none where the session is not the learner's.
 * $1 session, $2 learner, $3 the items that the batch names, $4 its event ids
 */
export const readBatch: Statement = {
  name: "learning-read-batch",
  text: `SELECT s."startedAt", s."lastHeardAt", s."endedAt", s."pagesViewed", s."videosWatched", s."quizzesAttempted",
      s.active::text AS "sessionActive", s."idleSeconds", s."watchedSeconds", s."suspiciousSeconds",
      e.id AS "enrolmentId", e."courseId", e.revision, e."completedContent", e."totalContent",
      e.active::text AS "courseActive", e."completedAt", c.status = 'PUBLISHED' AS "isOpen", u."timeZone",
      (SELECT coalesce(json_agg(json_build_object(
         'contentId', i.id, 'moduleId', i."moduleId", 'title', i.title, 'isRequired', i."isRequired", 'kind', i.kind,
         'durationSeconds', i."durationSeconds", 'estimatedSeconds', i."estimatedSeconds",
         'asksForNothing', i.body ->> 'submission' = 'none',
         'watched', coalesce(p.watched, '{}')::text, 'active', coalesce(p.active, '{}')::text,
         'completionPercentage', coalesce(p."completionPercentage", 0),
         'lastPosition', coalesce(p."lastPosition", 0), 'readingPosition', coalesce(p."readingPosition", 0),
         'readingAnchor', p."readingAnchor", 'placedAt', p."placedAt",
         'furthestPosition', coalesce(p."furthestPosition", 0), 'viewCount', coalesce(p."viewCount", 0),
         'pauseCount', coalesce(p."pauseCount", 0), 'seekCount', coalesce(p."seekCount", 0),
         'downloadCount', coalesce(p."downloadCount", 0), 'completedAt', p."completedAt")), '[]')
       FROM "Content" i LEFT JOIN "ContentProgress" p ON p."userId" = $2 AND p."contentId" = i.id
       WHERE i.id = ANY($3::uuid[]) AND i."versionId" = e."versionId") AS items,
      ARRAY(SELECT k."eventId" FROM "ContentInteraction" k
            WHERE k."userId" = $2 AND k."eventId" = ANY($4::text[])) AS known
    FROM "LearningSession" s
    JOIN "Enrolment" e ON e.id = s."enrolmentId"
    JOIN "Course" c ON c.id = e."courseId"
    JOIN "User" u ON u.id = s."userId"
    WHERE s.id = $1 AND s."userId" = $2`,
};

/**
 * Records what was decided, with the roll-up and the events, as one transaction; nothing of it where the enrolment has
 * moved on since it was read. The feeds come last, because everybody who publishes to them waits for this to end.
 * $1 enrolment, $2 its revision as read, $3 learner, $4 session, $5 interactions, $6 items, $7 days (JSON arrays),
 * $8 session, $9 course (JSON objects), $10 events to publish, $11 received at
 */
export const writeBatch: Statement = {
  name: "learning-write-batch",
  text: `WITH guard AS (
      UPDATE "Enrolment" SET revision = revision + 1,
        "completedContent" = (c.x ->> 'completedContent')::int,
        "progressPercentage" = (c.x ->> 'progressPercentage')::int,
        active = (c.x ->> 'active')::int8multirange,
        "currentModuleId" = (c.x ->> 'moduleId')::uuid,
        "currentContentId" = (c.x ->> 'contentId')::uuid,
        "lastActivityAt" = greatest("lastActivityAt", $11::timestamptz),
        "completedAt" = (c.x ->> 'completedAt')::timestamptz
      FROM (SELECT $9::jsonb AS x) c
      WHERE id = $1 AND revision = $2
      RETURNING id
    ), recorded AS (
      INSERT INTO "ContentInteraction"
        ("userId", "eventId", "sessionId", "contentId", type, data, "isActive", "occurredAt", "receivedAt")
      SELECT $3::uuid, i."eventId", $4::uuid, i."contentId", i.type, i.data, i."isActive", i."occurredAt", $11::timestamptz
      FROM guard, jsonb_to_recordset($5::jsonb)
        AS i("eventId" text, "contentId" uuid, type text, data jsonb, "isActive" boolean, "occurredAt" timestamptz)
      RETURNING 1
    ), moved AS (
      INSERT INTO "ContentProgress" ("userId", "contentId", "enrolmentId", "completionPercentage", watched, active,
        "lastPosition", "readingPosition", "readingAnchor", "placedAt", "furthestPosition", "viewCount", "pauseCount",
        "seekCount", "downloadCount", "completedAt", basis)
      SELECT $3::uuid, p."contentId", guard.id, p."completionPercentage", p.watched::int4multirange,
        p.active::int8multirange, p."lastPosition", p."readingPosition", p."readingAnchor", p."placedAt",
        p."furthestPosition", p."viewCount", p."pauseCount", p."seekCount", p."downloadCount", p."completedAt",
        CASE WHEN p."completedAt" IS NOT NULL THEN 'EARNED'::"CompletionBasis" END
      FROM guard, jsonb_to_recordset($6::jsonb)
        AS p("contentId" uuid, "completionPercentage" int, watched text, active text, "lastPosition" float8,
          "readingPosition" float8, "readingAnchor" text, "placedAt" timestamptz, "furthestPosition" float8,
          "viewCount" int, "pauseCount" int, "seekCount" int, "downloadCount" int, "completedAt" timestamptz)
      ON CONFLICT ("userId", "contentId") DO UPDATE SET "completionPercentage" = EXCLUDED."completionPercentage",
        watched = EXCLUDED.watched, active = EXCLUDED.active, "lastPosition" = EXCLUDED."lastPosition",
        "readingPosition" = EXCLUDED."readingPosition", "readingAnchor" = EXCLUDED."readingAnchor",
        "placedAt" = EXCLUDED."placedAt", "furthestPosition" = EXCLUDED."furthestPosition",
        "viewCount" = EXCLUDED."viewCount", "pauseCount" = EXCLUDED."pauseCount", "seekCount" = EXCLUDED."seekCount",
        "downloadCount" = EXCLUDED."downloadCount", "completedAt" = EXCLUDED."completedAt",
        basis = coalesce("ContentProgress".basis, EXCLUDED.basis)
      RETURNING 1
    ), heard AS (
      UPDATE "LearningSession" s SET "lastHeardAt" = (n.x ->> 'lastHeardAt')::timestamptz,
        "endedAt" = (n.x ->> 'endedAt')::timestamptz, "pagesViewed" = (n.x ->> 'pagesViewed')::int,
        "videosWatched" = (n.x ->> 'videosWatched')::int, "quizzesAttempted" = (n.x ->> 'quizzesAttempted')::int,
        active = (n.x ->> 'active')::int8multirange, "idleSeconds" = (n.x ->> 'idleSeconds')::int,
        "watchedSeconds" = (n.x ->> 'watchedSeconds')::int, "suspiciousSeconds" = (n.x ->> 'suspiciousSeconds')::int
      FROM guard, (SELECT $8::jsonb AS x) n WHERE s.id = $4::uuid
      RETURNING 1
    ), lived AS (
      INSERT INTO "ActivityDay" ("userId", date, "timeZone", active, completions)
      SELECT $3::uuid, d.date, d."timeZone", d.active::int8multirange, d.completions
      FROM guard, jsonb_to_recordset($7::jsonb) AS d(date date, "timeZone" text, active text, completions int)
      ORDER BY d.date
      ON CONFLICT ("userId", date) DO UPDATE SET active = "ActivityDay".active + EXCLUDED.active,
        completions = "ActivityDay".completions + EXCLUDED.completions
      RETURNING 1
    ), news AS (
      INSERT INTO "ProgressNews" ("enrolmentId")
      SELECT guard.id FROM guard WHERE $10::jsonb <> '[]'
      ON CONFLICT DO NOTHING
      RETURNING 1
    ), written AS (
      SELECT (SELECT count(*) FROM guard) AS guarded,
        (SELECT count(*) FROM recorded) + (SELECT count(*) FROM moved) + (SELECT count(*) FROM heard)
          + (SELECT count(*) FROM lived) + (SELECT count(*) FROM news) AS rows
    )
    SELECT written.guarded::int AS written, (
      SELECT json_agg(json_build_object('feed', p.feed, 'seq', p.seq, 'id', p.id))
      FROM feed_publish(CASE WHEN written.guarded = 1 AND written.rows >= 0 THEN $10::jsonb ELSE '[]'::jsonb END) p
    ) AS places
    FROM written`,
};

/** Nobody else records anything in that session's course until the transaction ends. $1 session */
export const lockEnrolment: Statement = {
  name: "learning-lock-enrolment",
  text: `SELECT e.id FROM "Enrolment" e JOIN "LearningSession" s ON s."enrolmentId" = e.id
         WHERE s.id = $1 FOR UPDATE OF e`,
};
