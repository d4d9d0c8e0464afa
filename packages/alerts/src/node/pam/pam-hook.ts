import { constants } from "node:fs"

export interface PamHookOptions {
  /**
   * The socket of `darkslide-sentinel` (`triggers.socket` of its configuration). It hears that a login failed and whether
   * from afar, not whose.
   */
  readonly sentinel?: string | undefined
  /** The socket of {@link readPamHook}: hears names too, which are often passwords typed in the wrong place. */
  readonly alerts?: string | undefined
}

const maxPathBytes = 107

/**
 * The text of a program for `pam_exec`, which tells of one failed login and ends: `/usr/local/lib/darkslide-pam-hook`,
 * owned by root, mode 755. It needs `perl`, which is part of every Debian, and is for machines of the kind
 * that it was written on. It never waits: a socket that nobody listens
 * on, or whose listener hangs, costs a login nothing, and it cannot refuse one.
 *
 * ```text
 * auth [success=2 default=ignore] pam_unix.so
 * auth optional                   pam_exec.so quiet /usr/local/lib/darkslide-pam-hook
 * auth requisite                  pam_deny.so
 * ```
 *
 * `success=2` skips the hook and the refusal behind it; more modules that may let somebody in come before the hook, each with
 * its own number.
 * @throws RangeError without a socket, for a path that is not absolute or over 107 bytes.
 */
export function pamHook({ sentinel, alerts }: PamHookOptions): string {
  const sockets = [sentinel, alerts].filter((path) => path !== undefined)
  if (sockets.length === 0) throw new RangeError("Cannot write PAM hook: no socket to tell")
  for (const path of sockets)
    if (!path.startsWith("/") || path.includes("\0") || path.includes("\n") || Buffer.byteLength(path) > maxPathBytes)
      throw new RangeError("Cannot write PAM hook: sockets by their absolute paths, of at most 107 bytes")
  return [
    "#!/usr/bin/perl -T",
    "# Tells of a failed login. Waits for nobody and always ends well: it must not keep anyone out.",
    "$SIG{PIPE} = 'IGNORE';",
    // pam_exec is called for more than authentication where somebody lists it there.
    "exit 0 if ($ENV{PAM_TYPE} // 'auth') ne 'auth';",
    "sub text { my $t = substr($_[0] // '', 0, 256); $t =~ s/([^ !#-\\[\\]-~])/sprintf '\\\\u%04x', ord $1/ge; '\"' . $t . '\"' }",
    "sub report {",
    "  my ($path, $record, $s) = @_;",
    // By numbers: the module that names them takes longer to load than all the rest.
    `  socket($s, 1, 1 | ${constants.O_NONBLOCK}, 0) && connect($s, pack('SZ*', 1, $path)) && syswrite($s, $record);`,
    "}",
    "my $remote = length($ENV{PAM_RHOST} // '') ? 'true' : 'false';",
    `my $told = '{"type":"failed-login","remote":' . $remote;`,
    ...(sentinel === undefined ? [] : [`report(${quoted(sentinel)}, $told . '}');`]),
    ...(alerts === undefined
      ? []
      : [
          `report(${quoted(alerts)}, $told . ',"user":' . text($ENV{PAM_USER}) . ',"host":' . text($ENV{PAM_RHOST})`,
          `  . ',"service":' . text($ENV{PAM_SERVICE}) . ',"tty":' . text($ENV{PAM_TTY}) . '}');`,
        ]),
    "exit 0;",
    "",
  ].join("\n")
}

/** As perl reads it between single quotes. */
const quoted = (path: string): string => `'${path.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
