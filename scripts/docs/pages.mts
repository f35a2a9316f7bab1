/** The reference's pages: the first one, which lists every name of the library, and what is done to all of them. */
import {
  type Application,
  type Comment,
  type CommentDisplayPart,
  type DeclarationReflection,
  ReflectionKind,
} from "typedoc";
import { type MarkdownApplication, MarkdownPageEvent } from "typedoc-plugin-markdown";
import { isMentioned } from "./mentions.mjs";
import { PREAMBLE } from "./preamble.js";

const TYPES = [ReflectionKind.Interface, ReflectionKind.TypeAlias];

/** A plugin of TypeDoc's: it writes the first page anew, and tidies the others. */
export function rewritePages(app: Application): void {
  const { renderer } = app as MarkdownApplication;
  renderer.on(MarkdownPageEvent.END, (page) => {
    const link = (member: DeclarationReflection): string =>
      `[${member.name}](${renderer.router!.getFullUrl(member)})`;
    page.contents =
      page.model === page.project
        ? indexPage(page.project.children ?? [], link)
        : tidy(page.contents);
  });
}

/** The third cell of a table's row, where TypeDoc tells that a parameter has no default value. */
const NO_DEFAULT = /^(\|(?:\\.|[^|\\])+\|(?:\\.|[^|\\])+\|) `undefined` (?=\|)/gm;

function tidy(page: string): string {
  return page.replace(NO_DEFAULT, "$1 - ").replace(/[ \t]+$/gm, "");
}

type Link = (member: DeclarationReflection) => string;

function indexPage(groups: DeclarationReflection[], link: Link): string {
  return [
    "# The library's reference",
    'What `import * as cfg from "cfg-lib"` brings, group by group. `npm run docs` writes these pages from the comments in `lib/src`.',
    `The examples are tested. They take these lines for given:\n\n\`\`\`ts\n${PREAMBLE}\`\`\``,
    ...groups.flatMap((group) => groupSection(group, link)),
    "",
  ].join("\n\n");
}

function groupSection(group: DeclarationReflection, link: Link): string[] {
  const members = (group.categories ?? []).flatMap(({ children }) => children as DeclarationReflection[]);
  const isType = (member: DeclarationReflection): boolean => member.kindOf(TYPES) || isMentioned(member);
  const values = members.filter((member) => !isType(member));
  const types = members.filter(isType);
  const rows = values.map((value) => `| ${link(value)} | ${firstSentence(commentOf(value))} |`);
  return [
    `## ${link(group)}`,
    ...(group.comment ? [plainText(group.comment.summary)] : []),
    ...(rows.length > 0 ? [["| name | what it is for |", "| --- | --- |", ...rows].join("\n")] : []),
    ...(types.length > 0 ? [`Types: ${types.map(link).join(", ")}`] : []),
  ];
}

/** A function's comment belongs to its signature. */
function commentOf(member: DeclarationReflection): Comment | undefined {
  return member.comment ?? member.signatures?.[0]?.comment;
}

function firstSentence(comment: Comment | undefined): string {
  const [paragraph] = plainText(comment?.summary ?? []).split(/\n\s*\n/);
  const [sentence] = paragraph.replace(/\s+/g, " ").split(/(?<=(?<!\b[A-Z])\.) (?=[A-Z])/);
  return sentence.replace(/\|/g, "\\|").trim();
}

/** Links name pages relative to their own; here only their text is told. */
function plainText(parts: readonly CommentDisplayPart[]): string {
  return parts.map((part) => (part.kind === "inline-tag" ? `\`${part.text}\`` : part.text)).join("");
}
