/**
 * Sorts what the library exports into its rooms, the folders right below lib/src and the files beside them, and within a
 * room by file, so that the reference has the order of the code.
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

/** A plugin of TypeDoc's: each room becomes a module, and so gets a page; each of its files gets a section there. */
export function sortIntoRooms(app: Application): void {
  const fileOf = new Map<DeclarationReflection, ts.SourceFile>();

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context: Context) => {
    const [entry] = app.options.getValue("entryPoints");
    const [program] = context.programs;
    const members = [...(context.project.children ?? [])];
    for (const member of members) fileOf.set(member, sourceOf(context, member));
    const contents = exportsOf(program, entry);
    const inOrder = members.sort((a, b) => placeOf(fileOf.get(a)!, contents) - placeOf(fileOf.get(b)!, contents));
    for (const [room, inRoom] of groupBy(inOrder, (member) => roomOf(fileOf.get(member)!.fileName, entry))) {
      const line = contents.find(({ file, comment }) => comment !== "" && roomOf(file.fileName, entry) === room);
      makeRoom(context, { room, members: inRoom, line: line?.comment });
    }
  });

  const makeSections = ({ project }: Context): void => {
    const [entry] = app.options.getValue("entryPoints");
    for (const room of project.children ?? [])
      room.categories = [...groupBy(room.children ?? [], (member) => fileOf.get(member)!)].map(([file, members]) =>
        sectionOf(path.relative(path.dirname(entry), file.fileName), headOf(file), members),
      );
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

/** The first part of a file's path beside the index. */
function roomOf(file: string, entry: string): string {
  const [first] = path.relative(path.dirname(entry), file).split(path.sep);
  if (first === "..") throw new Error(`${file} lies outside of the library, which is ${path.dirname(entry)}.`);
  return first.replace(/\.ts$/, "");
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function makeRoom(
  context: Context,
  { room, members, line }: { room: string; members: DeclarationReflection[]; line: string | undefined },
): void {
  const { project } = context;
  const module = context
    .withScope(project)
    .createDeclarationReflection(ReflectionKind.Module, undefined, undefined, room);
  if (line !== undefined) module.comment = new Comment([{ kind: "text", text: line }]);
  for (const member of members) {
    project.removeChild(member);
    module.addChild(member);
    member.parent = module;
  }
}

function sectionOf(file: string, head: string, members: DeclarationReflection[]): ReflectionCategory {
  const section = new ReflectionCategory(path.posix.basename(file));
  section.children = members;
  section.description = [{ kind: "text", text: `${head} ([source](../lib/src/${file}))` }];
  return section;
}
