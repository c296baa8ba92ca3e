import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

type NoticeTone = "info" | "caution" | "critical";

const looks = {
  info: { className: "bg-accent-soft", iconClass: "text-accent", icon: Info },
  caution: { className: "bg-caution-soft", iconClass: "text-caution", icon: TriangleAlert },
  critical: { className: "bg-critical-soft", iconClass: "text-critical", icon: CircleAlert },
} as const satisfies Record<NoticeTone, unknown>;

type NoticeProps = {
  tone: NoticeTone;
  title?: string;
  children: ReactNode;
  /** A compact button or link at its end. */
  action?: ReactNode;
};

/** A sentence beside what it is about: an error, a stale row, something to know. A critical one is spoken at once. */
export function Notice({ tone, title, children, action }: NoticeProps) {
  const { className, iconClass, icon: Icon } = looks[tone];
  return (
    <div
      role={tone === "critical" ? "alert" : "status"}
      className={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-sm px-3 py-2.5 text-ink ${className}`}
    >
      <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${iconClass}`} />
      <div className="min-w-40 flex-1">
        {title && <p className="font-medium">{title}</p>}
        <div>{children}</div>
      </div>
      {action}
    </div>
  );
}
