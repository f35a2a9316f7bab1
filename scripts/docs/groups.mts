/**
 * Sorts what the library exports into the groups of its index, and within a group by file, so that the reference has the
 * order of the code.
 */
import * as path from "node:path";
import {
  type Application,
  Comment,
  type Context,
  Converter,
  type DeclarationReflection,
  ReflectionCategory,
  ReflectionKind,
  type TypeScript as ts,
} from "typedoc";
import { type Export, exportsOf, headOf } from "./table-of-contents.mjs";

/** After TypeDoc's own sorting, which stands at -200. */
const AFTER_SORTING = -300;

/** A plugin of TypeDoc's: each group becomes a module, and so gets a page; each of its files gets a section there. */
export function sortIntoGroups(app: Application): void {
  const fileOf = new Map<DeclarationReflection, ts.SourceFile>();
  let contents: Export[] = [];

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context: Context) => {
    const members = [...(context.project.children ?? [])];
    for (const member of members) fileOf.set(member, sourceOf(context, member));
    contents = exportsOf(context.programs[0], app.options.getValue("entryPoints")[0]);
    members.sort((a, b) => placeOf(fileOf.get(a)!, contents) - placeOf(fileOf.get(b)!, contents));
    for (const [heading, inGroup] of groupBy(members, (member) => headingOf(fileOf.get(member)!, contents)))
      makeGroup(context, heading, inGroup);
  });

  const makeSections = ({ project }: Context): void => {
    const source = path.dirname(app.options.getValue("entryPoints")[0]);
    for (const group of project.children ?? []) {
      const byFile = [...groupBy(group.children ?? [], (member) => fileOf.get(member)!)];
      byFile.sort(([a], [b]) => placeOf(a, contents) - placeOf(b, contents));
      group.categories = byFile.map(([file, members]) =>
        sectionOf(path.relative(source, file.fileName), headOf(file), members),
      );
    }
  };
  app.converter.on(Converter.EVENT_RESOLVE_END, makeSections, AFTER_SORTING);
}

/** The file that declares something. */
function sourceOf(context: Context, member: DeclarationReflection): ts.SourceFile {
  const declaration = context.getSymbolFromReflection(member)?.declarations?.at(0);
  if (!declaration) throw new Error(`${member.name} has no declaration that TypeDoc knows.`);
  return declaration.getSourceFile();
}

/** The place of a file in the table of contents; types that are only mentioned may come from files that are not there. */
function placeOf(file: ts.SourceFile, contents: Export[]): number {
  const place = contents.findIndex((one) => one.file === file);
  return place < 0 ? contents.length : place;
}

/** The heading that the index gives a file, or else its neighbours; where it gives none, the name of their folder. */
function headingOf(file: ts.SourceFile, contents: Export[]): string {
  const folder = path.dirname(file.fileName);
  const own = contents.find((one) => one.file === file);
  const neighbour = contents.find((one) => path.dirname(one.file.fileName) === folder);
  return (own ?? neighbour)?.heading || path.basename(folder);
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** A heading has a title, and may have a line of text behind a colon. */
function makeGroup(context: Context, heading: string, members: DeclarationReflection[]): void {
  const { project } = context;
  const [title, ...rest] = heading.split(": ");
  const line = rest.join(": ");
  const group = context
    .withScope(project)
    .createDeclarationReflection(ReflectionKind.Module, undefined, undefined, title.replace(/\.$/, ""));
  if (line !== "")
    group.comment = new Comment([{ kind: "text", text: line[0].toUpperCase() + line.slice(1) }]);
  for (const member of members) {
    project.removeChild(member);
    group.addChild(member);
    member.parent = group;
  }
}

function sectionOf(file: string, head: string, members: DeclarationReflection[]): ReflectionCategory {
  const section = new ReflectionCategory(path.posix.basename(file));
  section.children = members;
  section.description = [{ kind: "text", text: `${head} ([source](../lib/src/${file}))` }];
  return section;
}
