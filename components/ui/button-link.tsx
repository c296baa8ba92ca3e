import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "@/components/ui/button-class";

type ButtonLinkProps = Omit<ComponentProps<typeof Link>, "className" | "style"> & {
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
};

/** A link with the look of a button, for going somewhere as a page's main action. */
export function ButtonLink({ variant = "secondary", size = "regular", ...rest }: ButtonLinkProps) {
  return <Link {...rest} className={buttonClass(variant, size)} />;
}
