import type { ReactNode } from "react";

type EmptyStateProps = {
  /** What will be here. */
  title: string;
  children?: ReactNode;
  /** The one next thing to do. */
  action?: ReactNode;
};

/** Where nothing is yet: what will be here, and the one next action. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-1 py-10">
      <p className="text-md font-medium">{title}</p>
      {children && <p className="max-w-prose text-ink-muted">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
