internal import GatehouseCore
internal import NIOCore

#if canImport(Glibc)
private import Glibc
#endif

extension HTTP1ServerConnection {
    func sendContinue() {
        guard self.awaitsContinue else { return }
        self.awaitsContinue = false
        self.withOutput { $0.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
    }

    func send(informational head: ResponseHead) {
        guard !self.framing.isHTTP10 else { return }
        self.withOutput { output in
            HTTP1AnswerWriter.writeInformational(head, to: &output)
        }
    }

    func send(_ head: ResponseHead, adding lines: FieldLines, ends: Bool) {
        self.closesAfterAnswer = self.closesAfterAnswer || self.loop.isDraining
        self.withOutput { output in
            self.closesAfterAnswer = self.writer.write(
                head,
                adding: lines,
                closes: self.closesAfterAnswer,
                saysKeepAlive: self.framing.saysKeepAlive,
                date: self.loop.date,
                to: &output
            )
        }
    }

    func send(_ answer: LocalAnswer, lines: FieldLines) {
        self.closesAfterAnswer =
            self.closesAfterAnswer || answer.closesConnection || self.endsWithUnreadBody || self.loop.isDraining
        self.withOutput { output in
            self.writer.write(
                answer,
                lines: lines,
                closes: self.closesAfterAnswer,
                saysKeepAlive: self.framing.saysKeepAlive,
                date: self.loop.date,
                to: &output
            )
        }
    }

    func send(body: ByteBuffer) {
        self.isSending = true
        defer { self.isSending = false }
        if body.readableBytes <= HTTP1AnswerWriter.copyLimit {
            self.withOutput { self.writer.writeSmall(body, to: &$0) }
        } else {
            self.withOutput { self.writer.writePrefix(of: body, to: &$0) }
            guard let context = self.context else { return }
            if let output = self.output, output.readableBytes > 0 {
                self.output = nil
                context.write(self.wrapOutboundOut(output), promise: nil)
            }
            context.write(self.wrapOutboundOut(body), promise: nil)
            self.withOutput { self.writer.writeSuffix(to: &$0) }
        }
        self.written += body.readableBytes
    }

    func send(trailers: FieldSection) {
        self.writer.trailers = trailers
    }

    func end() {
        self.withOutput { self.writer.writeEnd(to: &$0) }
    }

    func abort() {
        self.exchange = nil
        guard let context = self.context else { return }
        if let output = self.output {
            self.output = nil
            context.write(self.wrapOutboundOut(output), promise: nil)
        }
        context.flush()
        // Where the end of the connection is the end of the content, only a reset tells the client that it is not the end; and for one
        // that does not read, the kernel would keep what it has not sent.
        if self.writer.endsWithConnection || !self.isWritable {
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(Glibc.linger(l_onoff: 1, l_linger: 0))
        }
        self.close()
    }

    /// Whether the client holds a body back until it is told to go on, or has more to send than is worth reading.
    private var endsWithUnreadBody: Bool {
        guard case .body = self.reading else { return false }
        return self.awaitsContinue || self.unreadBytes > EdgeLimits.drainBytes
    }

    /// Gives `body` the buffer that the turn's output is gathered in.
    private func withOutput(_ body: (inout ByteBuffer) -> Void) {
        guard self.context != nil else { return }
        var output = self.output ?? self.loop.takeBuffer()
        self.output = nil
        body(&output)
        self.output = output
        self.noteOutput()
    }
}
