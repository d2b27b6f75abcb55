"""The road to the gateways: the sender and its short cut, notices at their own pace, outcomes settled and reported."""
