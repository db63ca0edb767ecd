/**
 * What schemas and parsers say is wrong, in French: they know no language where they say it. A reason that is not here stays as
 * it is. Texts in brackets of an expression come in where `$1`, `$2` … stand.
 */
const reasons: readonly (readonly [RegExp, string])[] = [
  // what our schemas say
  [/^there is no such key/, 'cette clé n’existe pas'],
  [/^is missing$/, 'valeur manquante'],
  [/^is too long$/, 'trop long'],
  [/^is not a name of the vocabulary/, 'n’est pas un nom du vocabulaire'],
  [/^is not a family of the vocabulary/, 'n’est pas une famille du vocabulaire'],
  [/^is not a standard command/, 'n’est pas une commande standard'],
  [/^is not pairs of hexadecimal digits/, 'ne sont pas des paires de chiffres hexadécimaux'],
  [/^must be a path like (\S+)/, 'doit être un chemin comme $1'],
  [/^needs a scale or an offset/, 'demande scale ou offset'],
  [/^needs one of data, command and order/, 'demande une seule clé parmi data, command et order'],
  [/^needs a model$/, 'demande un modèle'],
  [/^cannot be there beside codec$/, 'ne va pas avec codec'],
  [/^channel (\S+) is not declared under channels/, 'la voie $1 n’est pas déclarée dans channels'],
  [/^(\S+) is not declared under parameters/, '$1 n’est pas déclaré dans parameters'],
  [/^(\S+) has no field (\S+)/, '$1 n’a pas de champ $2'],
  [/^must take \$minutes/, 'doit utiliser $$minutes'],
  [/^must be one of (.*?)(?= \(and|$)/, 'doit être l’un de $1'],
  [/^must be at least (\S+)/, 'doit être au moins $1'],
  [/^must be more than (\S+)/, 'doit être supérieur à $1'],
  [/^must be at most (\S+)/, 'doit être au plus $1'],
  [/^must not be empty/, 'ne doit pas être vide'],
  [/^must have at least (\S+)/, 'doit en compter au moins $1'],
  [/^must be no longer than (\S+)/, 'ne doit pas dépasser $1 de long'],
  // zod
  [/^expected (\w+), received undefined/, 'valeur manquante (attendu : $1)'],
  [/^expected (\w+), received (\w+)/, 'attendu : $1, reçu : $2'],
  [/^expected (".*?")(?= \(and|$)/, 'attendu : $1'],
  [/^Invalid option: expected one of (.*?)(?= \(and|$)/, 'doit être l’un de $1'],
  [/^Invalid discriminator value\. Expected (.*?)(?= \(and|$)/, 'doit être l’un de $1'],
  [/^Invalid string: must match pattern (.*?)(?= \(and|$)/, 'doit avoir la forme $1'],
  [/^Invalid ISO datetime/, 'doit être une date et une heure telles que 2026-11-22T06:00:00Z'],
  [/^Invalid input/, 'valeur incorrecte'],
  // YAML
  [/^Map keys must be unique/, 'une clé y figure deux fois'],
  [/^All mapping items must start at the same column/, 'les clés d’un même niveau doivent commencer à la même colonne'],
  [/^All sequence items must start at the same column/, 'les éléments d’une liste doivent commencer à la même colonne'],
  [/^Implicit keys need to be on a single line/, 'une clé doit tenir sur une ligne : manque-t-il « : » ?'],
  [/^Implicit map keys need to be followed by map values/, 'une clé doit être suivie de « : » et de sa valeur'],
  [/^Nested mappings are not allowed in compact mappings/, '« : » en trop sur la ligne : mettez la valeur entre guillemets'],
  [/^Missing closing (\S+)/, 'il manque $1 à la fin'],
  [/^Tabs are not allowed as indentation/, 'pas de tabulation en début de ligne : des espaces'],
  [/^Flow (?:sequence|map) in block collection must be (?:sufficiently )?indented and end with an? (\S+)/, 'il manque $1'],
  [/^Flow (?:sequence|map) must end with an? (\S+)/, 'il manque $1'],
  [/^A block (?:sequence|map|mapping) may not be used as an implicit map key/, 'une ligne n’est pas décalée comme celles d’avant'],
  [/^Unexpected (\S+) in (?:flow|block)/, '$1 inattendu'],
  [/^Excessive alias count/, 'trop d’alias'],
  // JSON
  [/^Unexpected end of JSON input/, 'le JSON s’arrête avant la fin'],
  [/^Unexpected non-whitespace character after JSON/, 'il y a quelque chose après la fin du JSON'],
  [/^Expected property name or '}' in JSON/, 'un nom de clé entre guillemets ou « } » est attendu'],
  [/^Expected double-quoted property name in JSON/, 'un nom de clé entre guillemets doubles est attendu'],
  [/^Expected ',' or '([}\]])' after (?:property value|array element) in JSON/, '« , » ou « $1 » est attendu'],
  [/^Expected ':' after property name in JSON/, '« : » est attendu après le nom de la clé'],
  [/^Bad control character in string literal in JSON/, 'caractère de contrôle dans un texte'],
  [/^Unterminated string in JSON/, 'un texte entre guillemets n’est pas fermé'],
  [/^Unexpected token '?(.+?)'?, .* is not valid JSON/s, 'caractère inattendu $1 : ce n’est pas du JSON'],
]

export function reasonInFrench(reason: string): string {
  const known = reasons.find(([pattern]) => pattern.test(reason))
  const text = known === undefined ? reason : reason.replace(known[0], known[1])
  return text
    .replace(/ \(and (\d+) more\)$/, ' (et $1 de plus)')
    .replace(/ at position \d+ \(line (\d+) column (\d+)\)/, ' (ligne $1, colonne $2)')
    .replace(/ at position (\d+)/, ' (caractère $1)')
}

/** Where it is wrong: a key stays what it is. */
export function placeInFrench(place: string): string {
  if (place === 'the file') return 'le fichier'
  if (place === 'the line') return 'la ligne'
  return place.replace(/^line (\d+)$/, 'ligne $1')
}
