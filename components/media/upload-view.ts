import {
  Ban,
  Check,
  CircleAlert,
  CloudUpload,
  Hourglass,
  type LucideIcon,
  PackageCheck,
  PauseCircle,
  ScanSearch,
  Shrink,
  WifiOff,
} from "lucide-react";
import { timeLeftWords } from "@/components/media/pace";
import type { FileSending } from "@/components/media/sendings";
import type { Step } from "@/components/media/steps";
import type { Tone } from "@/components/ui/badge";
import { progressOf } from "@/lib/media/rules";
import type { Upload } from "@/lib/media/schema";
import { messages, sizeWords } from "@/lib/media/words";

/** What a row of an upload shows. */
export type UploadView = {
  /** One word or two; with the icon and the tone it is the status at a glance. */
  word: string;
  icon: LucideIcon;
  tone: Tone;
  /** What is being done, or what went wrong and what to do. */
  sentence: string;
  /** 0-100, and how far the bytes are, which go before. */
  progress: number;
  received: number;
  isUnderWay: boolean;
  /** The file must be chosen again for it to go on. */
  needsFile: boolean;
};

/** What is known of an upload here: the server's row, the step that is to be shown, and what this tab sends of it. */
export type Known = {
  upload: Upload;
  step: Step;
  sending: FileSending | null;
  /** Whether bytes still come, from here or from elsewhere. */
  isReceiving: boolean;
  isOwn: boolean;
};

const percentOf = (part: number, whole: number) => (whole > 0 ? Math.floor((100 * part) / whole) : 0);

/** A file that this tab is about to send: the server knows nothing of it yet. */
export function viewSending(sending: FileSending, place: number): UploadView {
  const base = { progress: 0, received: 0, isUnderWay: true, needsFile: false };
  if (sending.state === "failed") {
    return {
      ...base,
      word: "Not sent",
      icon: CircleAlert,
      tone: "critical",
      sentence: sending.error?.message ?? "It could not be sent.",
      isUnderWay: false,
    };
  }
  if (sending.state === "waiting") {
    return {
      ...base,
      word: "Waiting",
      icon: Hourglass,
      tone: "neutral",
      sentence: `Place ${place} in the queue to be sent`,
    };
  }
  return { ...base, ...receivingLook(sending), sentence: sentWords(sending) };
}

/** An upload that the server knows. */
export function viewUpload({ upload, step, sending, isReceiving, isOwn }: Known): UploadView {
  const sentBytes = Math.max(upload.receivedBytes, sending?.sentBytes ?? 0);
  const isWhole = upload.receivedAt !== null || step.status !== "queued";
  const received = isWhole ? 100 : percentOf(sentBytes, upload.sizeBytes);
  const progress =
    step.status === "queued" && sending
      ? Math.max(step.progress, progressOf("receive", sentBytes / Math.max(1, upload.sizeBytes)))
      : step.progress;
  const base = { progress, received, isUnderWay: true, needsFile: false };
  const sentence = step.message;

  switch (step.status) {
    case "queued": {
      if (isWhole) {
        const place = upload.queuePlace;
        return {
          ...base,
          word: "Waiting",
          icon: Hourglass,
          tone: "neutral",
          sentence:
            place === undefined
              ? sentence
              : place === 1
                ? "Received; next in the queue"
                : `Received; place ${place} in the queue`,
        };
      }
      if (sending?.state === "failed") {
        return {
          ...base,
          word: "Not sent",
          icon: CircleAlert,
          tone: "critical",
          sentence: sending.error?.message ?? sentence,
          needsFile: true,
        };
      }
      if (sending?.state === "waiting") {
        return { ...base, word: "Waiting", icon: Hourglass, tone: "neutral", sentence: "Waiting to be sent" };
      }
      if (sending) return { ...base, ...receivingLook(sending), sentence: sentWords(sending) };
      if (isReceiving) {
        return {
          ...base,
          word: "Receiving",
          icon: CloudUpload,
          tone: "accent",
          sentence: `${sizeWords(sentBytes)} of ${sizeWords(upload.sizeBytes)}`,
        };
      }
      return {
        ...base,
        word: "Interrupted",
        icon: PauseCircle,
        tone: "caution",
        sentence: isOwn
          ? messages.interrupted(upload.fileName, received)
          : `${received} % has arrived; ${upload.ownerName} can go on from there`,
        needsFile: isOwn,
      };
    }
    case "starting":
      return { ...base, word: "Checking", icon: ScanSearch, tone: "accent", sentence };
    case "compressing":
      return { ...base, word: "Compressing", icon: Shrink, tone: "accent", sentence };
    case "uploading":
      return { ...base, word: "Storing", icon: PackageCheck, tone: "accent", sentence };
    case "completed":
      return { ...base, word: "Completed", icon: Check, tone: "positive", sentence, isUnderWay: false };
    case "cancelled":
      return {
        ...base,
        word: "Cancelled",
        icon: Ban,
        tone: "neutral",
        sentence: "Cancelled; what had arrived was removed",
        isUnderWay: false,
      };
    case "error":
      return {
        ...base,
        word: "Failed",
        icon: CircleAlert,
        tone: "critical",
        sentence: upload.error?.message ?? sentence,
        isUnderWay: false,
      };
  }
}

function receivingLook({ state }: FileSending): Pick<UploadView, "word" | "icon" | "tone"> {
  return state === "reconnecting"
    ? { word: "Reconnecting", icon: WifiOff, tone: "caution" }
    : { word: "Receiving", icon: CloudUpload, tone: "accent" };
}

/** "12 MB of 128 MB · 3.1 MB/s · 40 s left" */
function sentWords({ state, sentBytes, sizeBytes, pace }: FileSending): string {
  const sent = `${sizeWords(sentBytes)} of ${sizeWords(sizeBytes)}`;
  if (state === "reconnecting") return `${sent} · goes on by itself`;
  if (pace === null) return sent;
  return `${sent} · ${sizeWords(Math.round(pace))}/s · ${timeLeftWords((sizeBytes - sentBytes) / pace)}`;
}
