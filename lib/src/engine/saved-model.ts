/**
 * Runs graphs by TensorFlow's sessions. tfjs-node opens a session only for a SavedModel on disk, so the graph is written
 * as one (github.com/tensorflow/tensorflow, core/protobuf/saved_model.proto), opened, and the file deleted. Node only.
 */
import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { GraphAttribute, GraphBuilder, GraphConstant, GraphEngine, GraphNode } from "./graph";

/** The part of tfjs-node's backend that runs a SavedModel. */
interface SessionBackend {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(id: number, inputs: tf.Tensor[], infos: { name: string }[], outputs: string[]): tf.Tensor[];
  deleteSavedModel(id: number): void;
}

/** A message of google-protobuf's generated classes: fields are set and added by name. */
type Message = Record<string, (...values: unknown[]) => Message>;
type MessageClass = new () => Message;
/** Those classes by name; some have others within. */
type Messages = Record<string, MessageClass & Record<string, MessageClass>>;

const DATA_TYPES = { float32: 1, int32: 3 };
/** What the loader selects the graph by: the name that TensorFlow uses for inference. */
const TAG = "serve";
/** The version of GraphDef's rules that the graph follows: any of the last years. */
const PRODUCER = 1087;

/** Opens a session for the graph; undefined where there is no temporary folder to write to. */
export const sessionEngine: GraphEngine = (builder) => {
  const backend = tf.backend() as unknown as SessionBackend;
  const folder = writeTemporary(builder);
  if (folder === undefined) return undefined;
  try {
    const id = backend.loadSavedModelMetaGraph(folder, TAG);
    const endpoint = (value: string): string => (value.includes(":") ? value : `${value}:0`);
    let isOpen = true;
    return {
      run(feeds, outputs) {
        if (!isOpen) throw new Error("this network is disposed of already; load it again.");
        const infos = [...feeds.keys()].map((input) => ({ name: endpoint(input) }));
        return backend.runSavedModel(id, [...feeds.values()], infos, outputs.map(endpoint));
      },
      dispose() {
        if (isOpen) backend.deleteSavedModel(id);
        isOpen = false;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The folder of the graph's SavedModel. */
function writeTemporary(builder: GraphBuilder): string | undefined {
  const bytes = encodeSavedModel(builder);
  let folder: string | undefined;
  try {
    folder = mkdtempSync(path.join(os.tmpdir(), "cfg-graph-"));
    writeFileSync(path.join(folder, "saved_model.pb"), bytes);
    return folder;
  } catch {
    if (folder) rmSync(folder, { recursive: true, force: true }); // a full disk, say: only speed is lost
    return undefined;
  }
}

function encodeSavedModel(builder: GraphBuilder): Uint8Array {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- generated code without types, loaded with the engine
  const proto = require("@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js") as Messages;

  const shapeOf = (shape: readonly number[]): Message =>
    shape.reduce<Message>(
      (message, size) => (message.addDim(new proto.TensorShape.Dim().setSize(size)), message),
      new proto.TensorShape(),
    );
  const tensorOf = ({ values, shape }: GraphConstant): Message =>
    new proto.Tensor()
      .setDtype(values instanceof Float32Array ? DATA_TYPES.float32 : DATA_TYPES.int32)
      .setTensorShape(shapeOf(shape))
      .setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const attributeOf = (attribute: GraphAttribute): Message => {
    const message = new proto.AttrValue();
    if ("type" in attribute) return message.setType(DATA_TYPES[attribute.type]);
    if ("text" in attribute) return message.setS(Buffer.from(attribute.text));
    if ("int" in attribute) return message.setI(attribute.int);
    if ("flag" in attribute) return message.setB(attribute.flag);
    if ("number" in attribute) return message.setF(attribute.number);
    if ("shape" in attribute) return message.setShape(shapeOf(attribute.shape));
    if ("constant" in attribute) return message.setTensor(tensorOf(attribute.constant));
    return message.setList(new proto.AttrValue.ListValue().setIList([...attribute.ints]));
  };
  const nodeOf = ({ name, op, inputs, attributes }: GraphNode): Message => {
    const message = new proto.NodeDef()
      .setName(name)
      .setOp(op)
      .setInputList([...inputs]);
    const map = message.getAttrMap() as unknown as Map<string, Message>;
    for (const [key, attribute] of Object.entries(attributes)) map.set(key, attributeOf(attribute));
    return message;
  };

  const graph = new proto.GraphDef()
    .setVersions(new proto.VersionDef().setProducer(PRODUCER))
    .setNodeList(builder.nodes.map(nodeOf));
  const info = new proto.MetaGraphDef.MetaInfoDef().setTagsList([TAG]);
  const metaGraph = new proto.MetaGraphDef().setMetaInfoDef(info).setGraphDef(graph);
  const model = new proto.SavedModel().setSavedModelSchemaVersion(1).setMetaGraphsList([metaGraph]);
  return model.serializeBinary() as unknown as Uint8Array;
}
