import type { Role } from "@/lib/access/roles";
import type { NewCourse } from "@/lib/learning/writes";

type Person = {
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  organization: keyof typeof organizations | null;
  timeZone: string;
  /** Offered on the sign-in page. */
  offered: boolean;
};

/** The demo organizations by the name that the cast and the story use for them. */
export const organizations = { iffat: "Iffat College", harbour: "Harbour Logistics" } as const;

const RIYADH = "Asia/Riyadh";
const LONDON = "Europe/London";

/** The demo cast, shared with the browser tests. Everybody's password is DEMO_PASSWORD. */
export const people: readonly Person[] = [
  {
    email: "admin@lockstep.test",
    firstName: "Amira",
    lastName: "Haddad",
    role: "ADMIN",
    organization: null,
    timeZone: LONDON,
    offered: true,
  },
  {
    email: "mike@lockstep.test",
    firstName: "Mike",
    lastName: "Turner",
    role: "INSTRUCTOR",
    organization: null,
    timeZone: LONDON,
    offered: true,
  },
  {
    email: "sara@lockstep.test",
    firstName: "Sara",
    lastName: "Lindqvist",
    role: "INSTRUCTOR",
    organization: null,
    timeZone: "Europe/Stockholm",
    offered: true,
  },
  {
    email: "iffat@lockstep.test",
    firstName: "Noura",
    lastName: "Alharbi",
    role: "ORGANIZATION",
    organization: "iffat",
    timeZone: RIYADH,
    offered: true,
  },
  {
    email: "harbour@lockstep.test",
    firstName: "Tom",
    lastName: "Whitfield",
    role: "ORGANIZATION",
    organization: "harbour",
    timeZone: LONDON,
    offered: true,
  },
  {
    email: "student@lockstep.test",
    firstName: "Leah",
    lastName: "Okafor",
    role: "STUDENT",
    organization: null,
    timeZone: LONDON,
    offered: true,
  },
  {
    email: "staff@lockstep.test",
    firstName: "Yusuf",
    lastName: "Karim",
    role: "STAFF",
    organization: "iffat",
    timeZone: RIYADH,
    offered: true,
  },
  {
    email: "priya@lockstep.test",
    firstName: "Priya",
    lastName: "Nair",
    role: "INSTRUCTOR",
    organization: null,
    timeZone: "Asia/Kolkata",
    offered: false,
  },
  {
    email: "jonas@lockstep.test",
    firstName: "Jonas",
    lastName: "Weber",
    role: "INSTRUCTOR",
    organization: null,
    timeZone: "Europe/Berlin",
    offered: false,
  },
  {
    email: "huda@lockstep.test",
    firstName: "Huda",
    lastName: "Al-Qahtani",
    role: "STAFF",
    organization: "iffat",
    timeZone: RIYADH,
    offered: false,
  },
  {
    email: "sami@lockstep.test",
    firstName: "Sami",
    lastName: "Farouk",
    role: "STAFF",
    organization: "iffat",
    timeZone: RIYADH,
    offered: false,
  },
  {
    email: "reem@lockstep.test",
    firstName: "Reem",
    lastName: "Aldosari",
    role: "STAFF",
    organization: "iffat",
    timeZone: RIYADH,
    offered: false,
  },
  {
    email: "grace@lockstep.test",
    firstName: "Grace",
    lastName: "Mensah",
    role: "STAFF",
    organization: "harbour",
    timeZone: LONDON,
    offered: false,
  },
  {
    email: "declan@lockstep.test",
    firstName: "Declan",
    lastName: "Byrne",
    role: "STAFF",
    organization: "harbour",
    timeZone: LONDON,
    offered: false,
  },
  {
    email: "ines@lockstep.test",
    firstName: "Inês",
    lastName: "Carvalho",
    role: "STAFF",
    organization: "harbour",
    timeZone: "Europe/Lisbon",
    offered: false,
  },
  {
    email: "kofi@lockstep.test",
    firstName: "Kofi",
    lastName: "Asante",
    role: "STUDENT",
    organization: null,
    timeZone: "Africa/Accra",
    offered: false,
  },
  {
    email: "mei@lockstep.test",
    firstName: "Mei",
    lastName: "Tanaka",
    role: "STUDENT",
    organization: null,
    timeZone: "Asia/Tokyo",
    offered: false,
  },
  {
    email: "elena@lockstep.test",
    firstName: "Elena",
    lastName: "Petrova",
    role: "STUDENT",
    organization: null,
    timeZone: "Europe/Sofia",
    offered: false,
  },
  {
    email: "marcus@lockstep.test",
    firstName: "Marcus",
    lastName: "Bell",
    role: "STUDENT",
    organization: null,
    timeZone: "America/New_York",
    offered: false,
  },
];

export const courses: readonly NewCourse[] = [
  {
    slug: "first-aid-and-cpr",
    title: "First aid and CPR",
    summary: "Assess a casualty, keep an airway open, give CPR and use a defibrillator until help arrives.",
    durationMinutes: 240,
  },
  {
    slug: "workplace-safety",
    title: "Workplace safety",
    summary: "Spot hazards, judge risks and report near misses before somebody is hurt.",
    durationMinutes: 180,
  },
  {
    slug: "data-protection",
    title: "Data protection",
    summary: "What personal data is, when you may use it, and what to do in the first hour after a leak.",
    durationMinutes: 120,
  },
  {
    slug: "fire-warden",
    title: "Fire warden",
    summary: "Lead an evacuation, choose the right extinguisher and keep escape routes clear.",
    durationMinutes: 150,
  },
  {
    slug: "manual-handling",
    title: "Manual handling",
    summary: "Plan a lift, share a load and use aids so that backs last a working life.",
    durationMinutes: 120,
  },
  {
    slug: "mental-health-first-aid",
    title: "Mental health first aid",
    summary: "Notice early signs, listen without judging and point the way to professional help.",
    durationMinutes: 360,
  },
  {
    slug: "conflict-de-escalation",
    title: "Conflict de-escalation",
    summary: "Read a rising temper, give people a way out and stay safe yourself.",
    durationMinutes: 180,
  },
  {
    slug: "forklift-refresher",
    title: "Forklift refresher",
    summary: "Daily checks, stability and shared spaces, for licensed operators.",
    durationMinutes: 240,
  },
  {
    slug: "food-hygiene",
    title: "Food hygiene",
    summary: "Temperatures, allergens and cleaning for everybody who handles food.",
    durationMinutes: 180,
  },
  {
    slug: "working-at-height",
    title: "Working at height",
    summary: "Ladders, harnesses and rescue plans: when not to climb, and how to do it well.",
    durationMinutes: 240,
  },
];
