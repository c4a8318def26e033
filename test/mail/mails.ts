const crlf = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n')

export const plain = crlf(`Received: from a.example by b.example; Thu, 1 Oct 2026 08:00:00 +0000
From: =?utf-8?Q?Ada_L=C3=B6velace?= <ada@example.org>
To: support@example.com
Subject: =?utf-8?B?RG93biDwn5Kl?=
Date: Thu, 1 Oct 2026 08:00:00 +0000
Message-ID: <one@example.org>
In-Reply-To: <parent@example.com>
References: <root@example.com> <parent@example.com>
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Since 10:00 nothing gets through f=FCr uns.

> On Wednesday you wrote:
> all is well
`)

export const html = crlf(`From: "Bob" <bob@example.org>
To: support@example.com
Subject: HTML only
Message-ID: <two@example.org>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>p { color: red }</style><script>alert(1)</script></head>
<body><p>It was <b>down</b> &amp; out.</p><blockquote>you wrote: fine</blockquote></body></html>
`)

export const mixed = crlf(`From: Carol <carol@example.org>
To: Support <support@example.com>
Subject: With files
Message-ID: <three@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8

The plain part.
--inner
Content-Type: text/html; charset=utf-8

<p>The other part.</p>
--inner--
--outer
Content-Type: image/png; name="../../etc/pass\\\\wd.png"
Content-Disposition: attachment; filename="../../etc/shot.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--outer
Content-Type: application/octet-stream
Content-Disposition: attachment

bytes
--outer
Content-Type: message/rfc822

From: inner@example.org
Subject: forwarded

inner text
--outer--
`)

export const bounce = crlf(`Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@example.org>
To: support@example.com
Subject: Undelivered
Auto-Submitted: auto-replied
Message-ID: <four@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org

Final-Recipient: rfc822; x@example.org
Action: failed
Status: 5.1.1
--b--
`)

export const japanese = crlf(`From: dan@example.org
Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=
Message-ID: <five@example.org>
Content-Type: text/plain; charset=iso-2022-jp; format=flowed

\u001b$BF|K\\\u001b(B
`)

export const all = [plain, html, mixed, bounce, japanese] as const
