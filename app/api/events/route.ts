import { publicRoute } from "@/lib/http/route";
import { answerEvents } from "@/lib/live/answer";

export const dynamic = "force-dynamic";

// GET /api/events: the viewer's feeds from a cursor on, as server-sent events or, by Accept, as JSON.
export const GET = publicRoute({}, ({ viewer, request }) => answerEvents(viewer, request));
