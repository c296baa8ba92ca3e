import type { Metadata } from "next";
import { HomepageManager } from "@/components/homepage/homepage-manager";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { listElements, listReleases, readHomepage } from "@/lib/homepage/queries";
import { listUploads } from "@/lib/media/queries";

export const metadata: Metadata = { title: "Homepage" };

/** As many as the browser fetches of each, so that the first refresh changes nothing. */
const PAGE_SIZE = 50;
const RELEASES = 20;

export default async function AdminHomepagePage() {
  const viewer = await viewerOrSignIn("ADMIN");
  const [homepage, elements, releases, uploads] = await Promise.all([
    readHomepage(now()),
    listElements(viewer, { status: "current", limit: PAGE_SIZE }),
    listReleases(viewer, { limit: RELEASES }),
    listUploads(viewer, { limit: PAGE_SIZE }),
  ]);
  return <HomepageManager zone={viewer.timeZone} initial={{ homepage, elements, releases, uploads }} />;
}
