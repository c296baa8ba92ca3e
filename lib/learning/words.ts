import type { ClaimAnswer, RefusalCode } from "@/lib/learning/schema";

/** Why an event was not recorded. */
export const refusalWords: Record<RefusalCode, string> = {
  invalid_event: "This event is not of the form that is asked for.",
  unknown_session: "There is no such learning session, or it is not yours.",
  unknown_content: "This item is not in the course that the session is about.",
  course_withdrawn: "The course has been withdrawn; nothing more is recorded.",
  invalid_range: "A stretch must be two numbers from 0 on, the second not before the first.",
  out_of_range: "That lies beyond the end of the video.",
  wrong_kind: "An item of this kind has nothing of that sort.",
};

/** What is still to be shown before an item is complete. */
export const unshownWords: Record<NonNullable<ClaimAnswer["reason"]>, string> = {
  not_watched: "The video counts as complete once nine tenths of it have been watched.",
  not_read: "The document counts as complete once it has been read to its end.",
  not_passed: "The quiz counts as complete once it is passed.",
  not_submitted: "The assignment counts as complete once it is handed in.",
  course_withdrawn: "The course has been withdrawn; nothing more is recorded.",
};
