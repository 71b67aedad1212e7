/** XML as plain data: what the reader of a CDA document works on, wherever it runs. */
import { PreviewError } from '../protocol';

export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlNode | string)[];
}

const MAX_DEPTH = 80;
const MAX_NODES = 300_000;
const HL7 = 'urn:hl7-org:v3';
const OWN = ['http://www.w3.org/1999/xhtml', 'http://www.w3.org/2000/svg'] as const;

/** Raises PreviewError('malformed') for what is no XML, or too deep, or has too much. The caller has refused a DOCTYPE. */
export function parseXml(text: string): XmlNode {
  // As strangers' elements they are nothing; as the browser's own it would look at their handlers before refusing them.
  const plain = OWN.reduce((rest, name) => rest.replaceAll(name, 'urn:none'), text);
  const { documentElement: root } = new DOMParser().parseFromString(plain, 'application/xml');
  if (root.getElementsByTagName('parsererror').length > 0) throw new PreviewError('malformed');
  let count = 0;
  const copy = (element: Element, depth: number): XmlNode => {
    count += 1;
    if (depth > MAX_DEPTH || count > MAX_NODES) throw new PreviewError('malformed');
    const children: (XmlNode | string)[] = [];
    for (const child of element.childNodes) {
      if (child instanceof Element) {
        // Extensions and other languages inside are not narrative.
        if (child.namespaceURI === HL7) children.push(copy(child, depth + 1));
      } else if (child instanceof Text) children.push(child.data);
    }
    const attributes = Object.fromEntries([...element.attributes].map((one) => [one.localName, one.value]));
    return { name: element.localName, attributes, children };
  };
  return copy(root, 0);
}

export function childrenOf(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return (node?.children ?? []).filter((child): child is XmlNode => isNode(child) && child.name === name);
}

/** The first at the end of a path of names. */
export function at(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((found, name) => childrenOf(found, name)[0], node);
}

/** All text below, with single spaces. */
export function textOf(node: XmlNode | undefined): string {
  return rawText(node).replace(/\s+/g, ' ').trim();
}

export function rawText(node: XmlNode | undefined): string {
  return (node?.children ?? []).map((child) => (isNode(child) ? rawText(child) : child)).join('');
}

export function isNode(child: XmlNode | string): child is XmlNode {
  return typeof child !== 'string';
}
