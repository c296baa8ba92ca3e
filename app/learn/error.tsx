"use client";

export { PortalError as default } from "@/components/training/portal-error";
