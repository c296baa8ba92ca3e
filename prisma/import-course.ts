// What scripts/course-import.mjs runs: reads one folder whole, then publishes it in the name of the first admin.
import path from "node:path";
import { busyPool, db, sqlPool } from "@/lib/db";
import { env } from "@/lib/env";
import { BrokenFolder, readCourseFolder } from "@/lib/learning/course-folder";
import { importCourse } from "@/lib/learning/import";
import { relay } from "@/lib/live/relay";
import { makeCourseVideos } from "./course-videos";

async function main(folder: string): Promise<number> {
  const made = path.resolve(env().LOCKSTEP_DATA_DIR, "made-courses", path.basename(folder));
  const admin = await db().user.findFirst({ where: { role: "ADMIN" }, orderBy: { createdAt: "asc" } });
  if (!admin) {
    console.error("There is no admin in whose name the course could be published. Nothing was written.");
    return 1;
  }
  try {
    await makeCourseVideos(folder, made);
    const course = readCourseFolder(folder, made);
    const viewer = {
      userId: admin.id,
      role: admin.role,
      organizationId: null,
      organizationName: null,
      name: `${admin.firstName} ${admin.lastName}`,
      email: admin.email,
      timeZone: admin.timeZone,
    };
    const { version, outcome } = await importCourse(viewer, course, [], new Date());
    console.log(
      outcome === "published"
        ? `Published ${course.title}, version ${version}.`
        : `${course.title} is the same as its version ${version}: nothing was written.`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof BrokenFolder)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main(path.resolve(process.argv[2] ?? ""));
await Promise.all([relay().stop(), db().$disconnect(), busyPool().end(), sqlPool().end()]);
